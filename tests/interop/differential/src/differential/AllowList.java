package differential;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Differences that are meant, one line each in `allowed.txt`: API, versions, case and step, path, and the reason.
 * A line that is never used fails the whole run, unless it says that it is needed only sometimes.
 */
final class AllowList {
    /** How the reason of a difference begins that time and chance make, so that a run may be without it. */
    private static final String SOMETIMES = "sometimes ";

    private final List<Rules.Line> lines;

    private AllowList(List<Rules.Line> lines) {
        this.lines = lines;
    }

    static AllowList read(Path file) throws IOException {
        return new AllowList(Rules.read(file, 4));
    }

    boolean allows(Difference difference) {
        boolean allowed = false;
        for (Rules.Line line : lines) { // all of them: two lines may allow the same, and both are of use
            if (covers(line.columns(), difference)) {
                line.use();
                allowed = true;
            }
        }
        return allowed;
    }

    /** Lines that must be of use in a whole run, and were not. */
    List<String> unused() {
        return lines.stream().filter(line -> !line.used() && !line.reason().startsWith(SOMETIMES)).map(Rules.Line::text).toList();
    }

    private static boolean covers(String[] columns, Difference difference) {
        return Rules.matches(columns[0], difference.api())
            && Versions.parse(columns[1]).has(difference.version())
            && Rules.matches(columns[2], difference.step().replace(' ', '-'))
            && Rules.matches(columns[3], difference.path());
    }
}
