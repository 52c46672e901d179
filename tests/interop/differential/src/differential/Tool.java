package differential;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.common.utils.Exit;

/**
 * One run of one of Apache Kafka's command line tools: its exit code and what it printed, line by line. It runs on a thread of
 * this process, as a JVM for each would take a second; what that thread and those that it starts print is kept apart, and
 * where the tool would end the process its thread stops for good.
 */
final class Tool {
    private static final int SECONDS_MAX = 120;
    private static final int FAILED = 1;
    private static final InheritableThreadLocal<Tool> CURRENT = new InheritableThreadLocal<>();

    /** The standard output or error of whichever tool prints; the process' own where none does. */
    private static final class Routed extends OutputStream {
        private final OutputStream own;
        private final Function<Tool, OutputStream> ofTool;

        private Routed(OutputStream own, Function<Tool, OutputStream> ofTool) {
            this.own = own;
            this.ofTool = ofTool;
        }

        @Override
        public void write(int single) throws java.io.IOException {
            target().write(single);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws java.io.IOException {
            target().write(bytes, offset, length);
        }

        @Override
        public void flush() throws java.io.IOException {
            target().flush();
        }

        private OutputStream target() {
            Tool tool = CURRENT.get();
            return tool == null ? own : ofTool.apply(tool);
        }
    }

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    private Tool() {}

    /** Before anything is printed or logged: puts the tools' output, and their way to end the process, under control. */
    static void install() {
        System.setOut(new PrintStream(new Routed(System.out, tool -> tool.output), true));
        System.setErr(new PrintStream(new Routed(System.err, tool -> tool.errors), true));
        Exit.setExitProcedure((status, message) -> exited(status));
    }

    private static void exited(int status) {
        Tool tool = CURRENT.get();
        if (tool == null) {
            System.exit(status);
            return;
        }
        tool.exitCode.complete(status);
        while (true) { // the tool believes that nothing comes after its exit
            LockSupport.park();
        }
    }

    static Answer run(Server server, String mainClass, String... arguments) throws InterruptedException {
        Tool tool = new Tool();
        String[] given = new String[arguments.length];
        for (int i = 0; i < given.length; i++) {
            given[i] = arguments[i].replace("{bootstrap}", server.bootstrap());
        }
        Thread thread = new Thread(() -> tool.main(mainClass, given), mainClass);
        thread.setDaemon(true);
        thread.start();
        try {
            return tool.answer(tool.exitCode.get(SECONDS_MAX, TimeUnit.SECONDS), server);
        } catch (TimeoutException late) {
            return Answer.other("the tool did not end");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void main(String mainClass, String... arguments) {
        CURRENT.set(this);
        try {
            Method main = Class.forName(mainClass).getMethod("main", String[].class);
            main.invoke(null, (Object) arguments);
            exitCode.complete(0);
        } catch (InvocationTargetException error) {
            error.getCause().printStackTrace();
            exitCode.complete(FAILED);
        } catch (ReflectiveOperationException error) {
            exitCode.completeExceptionally(error);
        }
    }

    private Answer answer(int status, Server server) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("exitCode", status);
        json.set("output", lines(output, server));
        json.set("errors", lines(errors, server));
        return new Answer(null, json);
    }

    private static ArrayNode lines(ByteArrayOutputStream printed, Server server) {
        ArrayNode lines = JsonNodeFactory.instance.arrayNode();
        printed.toString(StandardCharsets.UTF_8).lines().filter(ToolText::says).map(line -> ToolText.masked(line, server))
            .forEach(lines::add);
        return lines;
    }
}
