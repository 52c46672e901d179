package differential;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One of the two servers, with its cases on threads of its own: one for those that run alone, a few for the others. */
final class Peer implements AutoCloseable {
    /** Cases beside each other: most of a case's time it waits for Kafka. */
    private static final int AT_ONCE = 8;

    /** The outcome of one run of a case: its steps; or that its version lacks the fields; and what stopped it, if anything did. */
    record Run(List<Talk.Step> steps, boolean exists, Exception stopped) {}

    private final Server server;
    private final Names names = new Names();
    private final ExecutorService alone = Executors.newSingleThreadExecutor();
    private final ExecutorService others = Executors.newFixedThreadPool(AT_ONCE);

    Peer(Server server) {
        this.server = server;
    }

    Server server() {
        return server;
    }

    Names names() {
        return names;
    }

    int port() {
        return server.address().getPort();
    }

    Future<Run> start(Case theCase, short version) {
        return (theCase.alone() ? alone : others).submit(() -> run(theCase, version));
    }

    /** Something else, in turn with the cases. */
    <T> Future<T> submit(Callable<T> work) {
        return alone.submit(work);
    }

    private Run run(Case theCase, short version) {
        try (Talk talk = new Talk(server, names, theCase, version)) {
            try {
                theCase.body().run(talk);
                return new Run(talk.steps(), true, null);
            } catch (Talk.NoSuchVersion lacking) {
                return new Run(List.of(), false, null);
            } catch (Exception | AssertionError stopped) {
                Exception cause = stopped instanceof Exception exception ? exception : new IllegalStateException(stopped);
                return new Run(talk.steps(), true, cause);
            }
        }
    }

    @Override
    public void close() throws IOException {
        alone.shutdownNow();
        others.shutdownNow();
        server.close();
    }
}
