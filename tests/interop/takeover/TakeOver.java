package interop;

import java.nio.file.Path;
import java.util.List;

/** Apache Kafka and Kabuki take one data directory over from each other, there and back again, twice. */
public final class TakeOver {
    private TakeOver() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(System.getenv("INTEROP_DIR")).toAbsolutePath();
        Checks checks = new Checks();
        List<String> wanted = arguments.length == 0 ? List.of("clean", "killed", "lost") : List.of(arguments);
        if (wanted.contains("clean")) {
            Journey journey = new Journey("clean", directory.resolve("clean"), false, List.of("data"));
            travel(checks, journey.name(), journey, journey.steps());
        }
        if (wanted.contains("killed")) {
            Journey journey = new Journey("killed", directory.resolve("killed"), true, List.of("data", "data2", "data3"));
            travel(checks, journey.name(), journey, journey.steps());
        }
        if (wanted.contains("lost")) {
            LostDir journey = new LostDir(directory.resolve("lost"));
            travel(checks, "lost", journey, journey.steps());
        }
        System.exit(checks.close());
    }

    private static void travel(Checks checks, String name, AutoCloseable journey, List<Journey.Step> steps) throws Exception {
        try (journey) {
            for (Journey.Step step : steps) {
                boolean[] passed = {false};
                checks.check(name + ": " + step.name(), () -> {
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
