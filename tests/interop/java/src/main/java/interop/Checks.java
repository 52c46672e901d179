package interop;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Counts and prints checks: `ok NAME` or `FAILED NAME why`, one line each. A failed check does not stop the next. */
final class Checks {
    private int passed;
    private int failed;

    interface Body {
        void run() throws Exception;
    }

    void check(String name, Body body) {
        long started = System.nanoTime();
        try {
            body.run();
            passed(name, (System.nanoTime() - started) / 1_000_000);
        } catch (Exception | AssertionError error) {
            failed(name, error);
        }
    }

    /** Checks that mostly wait: up to `atOnce` of them at a time, begun in the map's order, told as they end. */
    void together(int atOnce, Map<String, Body> named) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(atOnce);
        named.forEach((name, body) -> pool.execute(() -> check(name, body)));
        pool.shutdown();
        pool.awaitTermination(1, TimeUnit.HOURS); // the runner's limit is far shorter
    }

    private synchronized void passed(String name, long milliseconds) {
        passed++;
        System.out.println("ok " + name);
        System.err.println(name + ": " + milliseconds + " ms");
    }

    private synchronized void failed(String name, Throwable error) {
        failed++;
        System.out.println("FAILED " + name + " " + oneLine(unwrapped(error)));
        error.printStackTrace();
    }

    /** Prints the closing line; returns the exit code. */
    int close() {
        System.out.println(passed + " passed, " + failed + " failed");
        return failed == 0 ? 0 : 1;
    }

    static void equal(String what, Object expected, Object actual) {
        if (!Objects.deepEquals(expected, actual)) {
            throw new AssertionError(what + ": expected " + expected + ", got " + actual);
        }
    }

    static void that(String what, boolean holds) {
        if (!holds) {
            throw new AssertionError("not so: " + what);
        }
    }

    /** A change of metadata reaches every answer soon after it was acknowledged, not at once: asks again for ten seconds. */
    static void soon(Body body) throws Exception {
        within(Duration.ofSeconds(10), body);
    }

    /** What other threads or the server bring about: asks again until it is so. */
    static void within(Duration patience, Body body) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                body.run();
                return;
            } catch (Exception | AssertionError error) {
                if (System.nanoTime() > deadline) {
                    throw error;
                }
                Thread.sleep(20);
            }
        }
    }

    /** The call must fail, and with exactly this error. */
    static void fails(Class<? extends Throwable> expected, Body call) {
        try {
            call.run();
        } catch (Exception error) {
            equal("error", expected.getSimpleName(), unwrapped(error).getClass().getSimpleName());
            return;
        }
        throw new AssertionError("expected " + expected.getSimpleName() + ", but it succeeded");
    }

    private static Throwable unwrapped(Throwable error) {
        boolean wrapper = error instanceof ExecutionException || error.getClass() == org.apache.kafka.common.KafkaException.class;
        return wrapper && error.getCause() != null ? unwrapped(error.getCause()) : error;
    }

    private static String oneLine(Throwable error) {
        return error.toString().replace('\n', ' ');
    }
}
