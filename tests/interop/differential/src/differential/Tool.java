package differential;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of Apache Kafka's command line tools, in a process of its own: its exit code and what it printed, line by line. */
final class Tool {
    private static final int SECONDS_MAX = 120;

    private Tool() {}

    static Answer run(String bootstrap, String mainClass, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-cp", System.getProperty("java.class.path"),
            "-Dlog4j2.configurationFile=" + System.getProperty("differential.tool.log4j2"), mainClass));
        for (String argument : arguments) {
            command.add(argument.replace("{bootstrap}", bootstrap));
        }
        File output = File.createTempFile("tool", ".out");
        File errors = File.createTempFile("tool", ".err");
        try {
            Process process = new ProcessBuilder(command).redirectOutput(output).redirectError(errors).start();
            process.getOutputStream().close();
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Answer.other("the tool did not end");
            }
            return answer(process.exitValue(), output, errors, bootstrap);
        } finally {
            output.delete();
            errors.delete();
        }
    }

    private static Answer answer(int exitCode, File output, File errors, String bootstrap) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("exitCode", exitCode);
        json.set("output", lines(output, bootstrap));
        json.set("errors", lines(errors, bootstrap));
        return new Answer(null, json);
    }

    private static ArrayNode lines(File file, String bootstrap) throws IOException {
        ArrayNode lines = JsonNodeFactory.instance.arrayNode();
        for (String line : Files.readAllLines(file.toPath())) {
            if (!line.isBlank() && !line.startsWith("\tat ")) {
                lines.add(ToolText.masked(line, bootstrap));
            }
        }
        return lines;
    }
}
