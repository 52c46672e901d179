package differential;

/** A range of versions, both ends included. Written `3`, `3-5`, `3-` (and later), `*` (all). */
public record Versions(int first, int last) {
    public static final Versions ALL = new Versions(0, Short.MAX_VALUE);

    static Versions parse(String text) {
        if (text.equals("*")) {
            return ALL;
        }
        String[] ends = text.split("-", -1);
        int first = Integer.parseInt(ends[0]);
        int last = ends.length == 1 ? first : ends[1].isEmpty() ? Short.MAX_VALUE : Integer.parseInt(ends[1]);
        return new Versions(first, last);
    }

    boolean has(int version) {
        return first <= version && version <= last;
    }

    Versions and(Versions other) {
        return new Versions(Math.max(first, other.first), Math.min(last, other.last));
    }
}
