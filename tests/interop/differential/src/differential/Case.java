package differential;

/**
 * One sequence of requests, run against each server at each version.
 *
 * @param group what it is about: an API's name, or `Tools`, `Frames`
 * @param name unique in its group
 * @param versions the versions at which it runs, if the API has them and they have the case's fields
 * @param needs an API without which there is no case, beside its own; null if it needs none
 * @param alone no other case runs while it does: it sees or changes what is the server's as a whole
 */
record Case(String group, String name, Setting setting, Versions versions, String needs, boolean alone, Body body) {
    /** The requests. It runs against each server alone, and learns what it needs from that server's own answers. */
    public interface Body {
        void run(Talk talk) throws Exception;
    }

    @Override
    public String toString() {
        return group + " " + name;
    }
}
