package differential;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Collects what the runs say, prints a check a line, and knows at the end whether all is well. */
final class Verdict {
    /** Differences told per case; the rest is counted. All go to standard error. */
    private static final int TOLD_MAX = 3;

    private final Masks masks;
    private final AllowList allowed;
    private final Coverage coverage;
    private Registry kafkaRegistry;
    private Registry served;
    private int passed;
    private int failed;
    private int compared;
    private final TreeSet<String> notServed = new TreeSet<>();

    Verdict(Masks masks, AllowList allowed, Coverage coverage) {
        this.masks = masks;
        this.allowed = allowed;
        this.coverage = coverage;
    }

    void registries(Registry kafka, Registry ours) {
        kafkaRegistry = kafka;
        served = ours;
    }

    void notServed(Case theCase) {
        notServed.add(theCase.needs() == null ? theCase.group() : theCase.needs());
    }

    OfCase begin(Case theCase) {
        return new OfCase(theCase);
    }

    /** The server must have survived the cases. */
    void server(Setting setting, Server server) throws IOException {
        List<String> panics = server.panics();
        check("the server lives after " + setting, server.lives(), "it died");
        check("it never panicked in " + setting, panics.isEmpty(), panics.size() + " times: " + panics);
    }

    /** The checks of the run as a whole. */
    void sum(Options options) {
        List<String> unexpected = coverage.unexpected(served);
        check("every error code that came has a line", unexpected.isEmpty(), told(unexpected));
        if (options.everything()) {
            List<String> missing = coverage.missing(kafkaRegistry, served);
            check("every cell of the coverage table is reached or explained", missing.isEmpty(), told(missing));
        }
        if (options.everything() && !Boolean.getBoolean("differential.kafka.alone")) {
            check("every mask is of use", masks.unused().isEmpty(), told(masks.unused()));
            check("every line of the allow-list is of use", allowed.unused().isEmpty(), told(allowed.unused()));
        }
        System.out.println(compared + " answers compared");
        if (!notServed.isEmpty()) {
            System.out.println("not served yet, and left out: " + String.join(", ", notServed));
        }
    }

    String table() {
        return coverage.table(kafkaRegistry, served);
    }

    /** Prints the closing line; returns the exit code. */
    int close() {
        System.out.println(passed + " passed, " + failed + " failed");
        return failed == 0 ? 0 : 1;
    }

    private void check(String name, boolean holds, String why) {
        if (holds) {
            passed++;
            System.out.println("ok " + name);
        } else {
            failed++;
            System.out.println("FAILED " + name + ": " + why);
        }
    }

    private static String told(List<String> faults) {
        faults.forEach(System.err::println);
        String few = String.join(" | ", faults.subList(0, Math.min(faults.size(), TOLD_MAX)));
        return faults.size() + ": " + few;
    }

    /** One case, over its versions. */
    final class OfCase {
        private final Case theCase;
        private final List<String> faults = new ArrayList<>();
        private int versions;

        private OfCase(Case theCase) {
            this.theCase = theCase;
        }

        void compare(short version, Peer.Run kafka, Peer.Run ours, Peer kafkaPeer, Peer oursPeer) {
            if (!kafka.exists()) {
                return;
            }
            versions++;
            if (kafka.stopped() != null) {
                kafka.stopped().printStackTrace();
                faults.add("v" + version + " is no case, Kafka stopped it: " + kafka.stopped());
            }
            Masks.Masking kafkaMasking = masks.masking(kafkaPeer.names(), kafkaPeer.port());
            Masks.Masking oursMasking = masks.masking(oursPeer.names(), oursPeer.port());
            for (int i = 0; i < kafka.steps().size(); i++) {
                Talk.Step expected = kafka.steps().get(i);
                coverage.note(expected.api(), expected.version(), expected.answer());
                if (i >= ours.steps().size()) {
                    faults.add("v" + version + " ours stopped before " + expected.name() + ": " + ours.stopped());
                    continue;
                }
                Talk.Step actual = ours.steps().get(i);
                if (!actual.name().equals(expected.name())) {
                    faults.add("v" + version + " goes another way: " + expected.name() + " with Kafka, " + actual.name() + " with ours");
                    break;
                }
                JsonNode left = kafkaMasking.apply(expected.api(), "", served.strip(expected.answer()));
                compare(expected, left, oursMasking.apply(actual.api(), "", served.strip(actual.answer())));
            }
        }

        private void compare(Talk.Step step, JsonNode kafka, JsonNode ours) {
            compared++;
            String name = theCase.name() + "/" + step.name();
            new Compare((path, theirs, own) -> {
                Difference difference = new Difference(step.api(), step.version(), name, path, theirs, own);
                if (!allowed.allows(difference)) {
                    faults.add(difference.toString());
                }
            }).compare("", kafka, ours);
        }

        void end() {
            if (versions == 0) {
                faults.add("no version has its fields");
            }
            check(theCase + " (" + versions + (versions == 1 ? " version)" : " versions)"), faults.isEmpty(), told(faults));
        }
    }
}
