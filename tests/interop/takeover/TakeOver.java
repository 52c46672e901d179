package interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Apache Kafka and Kabuki take one data directory over from each other, there and back again, twice. */
public final class TakeOver {
    private TakeOver() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(System.getenv("INTEROP_DIR")).toAbsolutePath();
        Checks checks = new Checks();
        List<String> wanted = arguments.length == 0 ? List.of("clean", "killed") : List.of(arguments);
        if (wanted.contains("clean")) {
            travel(checks, new Journey("clean", directory.resolve("clean"), false, List.of("data")));
        }
        if (wanted.contains("killed")) {
            travel(checks, new Journey("killed", directory.resolve("killed"), true, List.of("data", "data2", "data3")));
        }
        System.exit(checks.close());
    }

    private static void travel(Checks checks, Journey journey) throws Exception {
        try (journey) {
            for (Journey.Step step : new ArrayList<>(journey.steps())) {
                boolean[] passed = {false};
                checks.check(journey.name() + ": " + step.name(), () -> {
                    step.body().run();
                    passed[0] = true;
                });
                if (!passed[0]) {
                    return; // what follows would fail for the same reason
                }
            }
        }
    }
}
