package differential;

import differential.cases.AllCases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Sends the same requests to Apache Kafka and to another server, and compares the answers field by field; see README.md.
 * The launchers and directories come from the environment that `run` sets.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Tool.install();
        Options options = Options.parse(arguments);
        Path home = Path.of(System.getProperty("differential.home"));
        Verdict verdict = new Verdict(Masks.read(home.resolve("masks.txt")), AllowList.read(home.resolve("allowed.txt")),
            Coverage.read(home.resolve("coverage.txt")));
        List<Cases> cases = AllCases.all();
        for (Setting setting : Setting.values()) {
            List<Case> chosen = cases.stream().flatMap(it -> it.cases().stream())
                .filter(it -> it.setting() == setting && options.chooses(it)).toList();
            if (!chosen.isEmpty()) {
                new Run(setting, options, verdict).run(chosen);
            }
        }
        verdict.sum(options);
        if (options.write() != null) {
            write(options.write(), verdict.table());
        }
        System.exit(verdict.close());
    }

    private static void write(Path file, String table) throws IOException {
        Files.writeString(file, """
            # Coverage of the differential

            Written by `tests/interop/differential/run whole --write …`: ✓ Apache Kafka gave the code to a case, and the other server
            too; – it cannot be provoked here, or waits for something; · the version does not have it.

            """ + table);
    }
}
