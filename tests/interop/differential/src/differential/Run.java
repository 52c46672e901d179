package differential;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;

/** All cases of one setting, against both servers, started for them. */
final class Run {
    private static final short REGISTRY_VERSION = 4;

    /** A case at one version, under way with both. */
    private record Pending(short version, Future<Peer.Run> kafka, Future<Peer.Run> ours) {}

    private final Setting setting;
    private final Options options;
    private final Verdict verdict;

    Run(Setting setting, Options options, Verdict verdict) {
        this.setting = setting;
        this.options = options;
        this.verdict = verdict;
    }

    void run(List<Case> cases) throws Exception {
        Path directory = Path.of(System.getProperty("differential.dir"));
        CompletableFuture<Server> first = start(System.getProperty("differential.kafka"), directory.resolve("kafka-" + setting));
        CompletableFuture<Server> second = start(System.getProperty("differential.ours"), directory.resolve("ours-" + setting));
        try (Peer kafka = new Peer(first.join()); Peer ours = new Peer(second.join())) {
            Registry served = registry(ours);
            verdict.registries(registry(kafka), served);
            Map<Case, List<Pending>> pending = new HashMap<>();
            for (Case theCase : cases.stream().filter(it -> !it.alone()).toList()) {
                pending.put(theCase, submit(theCase, served, kafka, ours));
            }
            for (Pending one : pending.values().stream().flatMap(List::stream).toList()) {
                one.kafka().get();
                one.ours().get();
            }
            for (Case theCase : cases.stream().filter(Case::alone).toList()) {
                pending.put(theCase, submit(theCase, served, kafka, ours));
            }
            for (Case theCase : cases) {
                conclude(theCase, pending.get(theCase), kafka, ours);
            }
            verdict.server(setting, ours.server());
        }
    }

    private CompletableFuture<Server> start(String launcher, Path directory) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return Server.start(launcher, directory, setting.overrides());
            } catch (IOException error) {
                throw new IllegalStateException(error);
            }
        });
    }

    private static Registry registry(Peer peer) throws Exception {
        Case asking = new Case("ApiVersions", "registry", Setting.PLAIN, Versions.ALL, null, true, talk -> { });
        return peer.submit(() -> {
            try (Talk talk = new Talk(peer.server(), peer.names(), asking, REGISTRY_VERSION)) {
                ApiVersionsRequestData request = new ApiVersionsRequestData().setClientSoftwareName("differential")
                    .setClientSoftwareVersion("1");
                return Registry.of(talk.<ApiVersionsResponseData>prepare(request, REGISTRY_VERSION));
            }
        }).get();
    }

    private List<Pending> submit(Case theCase, Registry served, Peer kafka, Peer ours) {
        List<Pending> pending = new ArrayList<>();
        for (short version : versions(theCase, served)) {
            pending.add(new Pending(version, kafka.start(theCase, version), ours.start(theCase, version)));
        }
        return pending;
    }

    /** Every version that is advertised and has the case; of a group that is no API, version 0. */
    private List<Short> versions(Case theCase, Registry served) {
        if (theCase.needs() != null && !served.serves(theCase.needs())) {
            return List.of();
        }
        Versions range = new Versions(0, 0);
        if (IntStream.range(0, ApiMessageType.values().length).anyMatch(i -> ApiMessageType.values()[i].name.equals(theCase.group()))) {
            if (!served.serves(theCase.group())) {
                return List.of();
            }
            range = served.versions(theCase.group()).and(theCase.versions());
        }
        List<Short> versions = new ArrayList<>();
        for (int version = range.first(); version <= range.last(); version++) {
            boolean atEnd = version == range.first() || version == range.last();
            boolean named = options.version() < 0 || options.version() == version;
            if (named && (atEnd || !options.quick())) {
                versions.add((short) version);
            }
        }
        return versions;
    }

    private void conclude(Case theCase, List<Pending> pending, Peer kafka, Peer ours) throws Exception {
        if (pending.isEmpty()) {
            verdict.notServed(theCase);
            return;
        }
        Verdict.OfCase ofCase = verdict.begin(theCase);
        for (Pending one : pending) {
            ofCase.compare(one.version(), one.kafka().get(), one.ours().get(), kafka, ours);
        }
        ofCase.end();
    }
}
