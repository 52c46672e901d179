package differential;

/**
 * One field that differs.
 *
 * @param step case and step, as `case/step`
 * @param path where in the answer, as `topics[orders].partitions[0].errorCode`
 */
record Difference(String api, int version, String step, String path, String kafka, String ours) {
    @Override
    public String toString() {
        return api + " v" + version + " " + step + ": " + path + ": Kafka " + kafka + ", ours " + ours;
    }
}
