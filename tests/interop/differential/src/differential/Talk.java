package differential;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * One run of one case, at one version, against one server: what a case asks through. Every answer is recorded under the
 * step's name, to be compared with the other server's answer to the same step.
 */
public final class Talk implements AutoCloseable {
    /** How long {@link #eventually} goes on asking, if nothing else is said. */
    private static final Duration EVENTUALLY = Duration.ofSeconds(20);
    private static final String TOOLS = "Tools";

    /** One answer that is to be compared. */
    record Step(String name, String api, int version, JsonNode answer) {}

    /** The version lacks a field that the case sets: the case does not exist at this version. */
    static final class NoSuchVersion extends Exception {
        NoSuchVersion(UnsupportedVersionException cause) {
            super(cause);
        }
    }

    private final Server server;
    private final Names names;
    private final Case theCase;
    private final short version;
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Connection> connections = new HashMap<>();
    private int patienceMs = Connection.PATIENCE_MS;
    private Duration eventually = EVENTUALLY;
    private String current = "main";
    private String clientId = Wire.CLIENT_ID;
    private int correlationId;

    Talk(Server server, Names names, Case theCase, short version) {
        this.server = server;
        this.names = names;
        this.theCase = theCase;
        this.version = version;
    }

    /** The API whose case this is. */
    public ApiMessageType api() {
        return Arrays.stream(ApiMessageType.values()).filter(it -> it.name.equals(theCase.group())).findFirst().orElseThrow();
    }

    List<Step> steps() {
        return steps;
    }

    /** The version at which the case runs. */
    public short version() {
        return version;
    }

    /** A name for a topic or the like, of this case and version alone, the same with both servers. */
    public String name(String suffix) {
        return theCase.toString().toLowerCase().replaceAll("[^a-z0-9]+", "-") + "-v" + version + "-" + suffix;
    }

    /** Later requests go over the connection of this name; it is made on first use, and again after it was closed. */
    public Talk on(String connection) {
        current = connection;
        return this;
    }

    /** Later requests say that they come from this client. */
    public Talk as(String client) {
        clientId = client;
        return this;
    }

    /** Later answers are waited for so long, before it counts as silence: for what Kafka is known never to answer. */
    public Talk patience(int milliseconds) {
        patienceMs = milliseconds;
        return this;
    }

    public Talk patient() {
        return patience(Connection.PATIENCE_MS);
    }

    /** {@link #eventually} goes on asking for so long from here on: for what Kafka does at its own pace. */
    public Talk within(Duration duration) {
        eventually = duration;
        return this;
    }

    /** Asks at the case's version; returns the answer's message, or null if there is none (closed, silence, unreadable). */
    public <T> T ask(String step, ApiMessage request) throws Exception {
        return ask(step, request, version);
    }

    /** Asks at another version, as for an API that is not the case's own. */
    @SuppressWarnings("unchecked")
    public <T> T ask(String step, ApiMessage request, short atVersion) throws Exception {
        Answer answer = exchange(request, atVersion);
        record(step, api(request), atVersion, answer);
        return (T) answer.message();
    }

    /** As {@link #ask}, of whose answer only a part is compared: what other cases do to the rest is not this case's. */
    public <T> T askPart(String step, ApiMessage request, UnaryOperator<JsonNode> part) throws Exception {
        return askPart(step, request, version, part);
    }

    @SuppressWarnings("unchecked")
    public <T> T askPart(String step, ApiMessage request, short atVersion, UnaryOperator<JsonNode> part) throws Exception {
        Answer answer = exchange(request, atVersion);
        record(step, api(request), atVersion, new Answer(answer.message(), part.apply(answer.json())));
        return (T) answer.message();
    }

    /** Asks, without comparing the answer: for what prepares the case. */
    @SuppressWarnings("unchecked")
    public <T> T prepare(ApiMessage request, int atVersion) throws Exception {
        Answer answer = exchange(request, (short) atVersion);
        names.learn(answer.json());
        if (answer.message() == null) {
            throw new IOException("while preparing: " + api(request) + ": " + answer.json());
        }
        return (T) answer.message();
    }

    /** Asks again until the answer is as wanted or patience ends, and records the last answer. For what takes effect a moment later. */
    @SuppressWarnings("unchecked")
    public <T> T eventually(String step, ApiMessage request, int atVersion, Predicate<T> wanted) throws Exception {
        Answer answer = askUntil(request, (short) atVersion, wanted);
        record(step, api(request), atVersion, answer);
        return (T) answer.message();
    }

    /** As {@link #eventually}, without comparing. */
    @SuppressWarnings("unchecked")
    public <T> T prepareUntil(ApiMessage request, int atVersion, Predicate<T> wanted) throws Exception {
        Answer answer = askUntil(request, (short) atVersion, wanted);
        names.learn(answer.json());
        return (T) answer.message();
    }

    @SuppressWarnings("unchecked")
    private <T> Answer askUntil(ApiMessage request, short atVersion, Predicate<T> wanted) throws Exception {
        long deadline = System.nanoTime() + eventually.toNanos();
        while (true) {
            Answer answer = exchange(request, atVersion);
            boolean done = answer.message() != null && wanted.test((T) answer.message());
            if (done || System.nanoTime() > deadline) {
                return answer;
            }
            Thread.sleep(10);
        }
    }

    /** Sends a request that must not be answered, and then one that is: records what came first. */
    public void askUnanswered(String step, ApiMessage request) throws Exception {
        send(request, version);
        int second = correlationId + 1;
        send(new ApiVersionsRequestData(), (short) 0);
        Answer answer = receive(ApiMessageType.API_VERSIONS, (short) 0, second);
        boolean silent = answer.message() != null;
        record(step, api(request), version, silent ? Answer.other("nothing, as it should be") : answer);
    }

    /** Sends without reading the answer, which {@link #answerOf} does; returns the correlation id. */
    public int send(ApiMessage request, short atVersion) throws Exception {
        int id = ++correlationId;
        connection().send(encode(request, atVersion, id));
        return id;
    }

    /** Reads and records the next answer of the connection. */
    @SuppressWarnings("unchecked")
    public <T> T answerOf(String step, ApiMessageType api, short atVersion, int id) {
        Answer answer = receive(api, atVersion, id);
        record(step, api.name, atVersion, answer);
        return (T) answer.message();
    }

    /** Reads the next answer of the connection, without comparing it. */
    @SuppressWarnings("unchecked")
    public <T> T preparedOf(ApiMessageType api, short atVersion, int id) throws IOException {
        Answer answer = receive(api, atVersion, id);
        if (answer.message() == null) {
            throw new IOException("while preparing: " + api.name + ": " + answer.json());
        }
        return (T) answer.message();
    }

    /** Sends a frame of any bytes behind its length; the answer, if there is one, is read as this API's in this version. */
    public Answer askRaw(String step, ApiMessageType api, short atVersion, byte[] frame, int id) throws Exception {
        connection().send(frame);
        Answer answer = receive(api, atVersion, id);
        record(step, api.name, atVersion, answer);
        return answer;
    }

    /** Sends any bytes, without a length before them, and nothing afterwards; then as {@link #askRaw}. */
    public Answer askBare(String step, ApiMessageType api, short atVersion, byte[] bytes, int id) throws Exception {
        Connection connection = connection();
        connection.sendBare(bytes);
        connection.finishSending();
        Answer answer = receive(api, atVersion, id);
        record(step, api.name, atVersion, answer);
        close(current);
        return answer;
    }

    /** Records anything else that is to be compared, such as what a tool printed. */
    void record(String step, String api, int atVersion, Answer answer) {
        names.learn(answer.json());
        if (steps.stream().anyMatch(it -> it.name().equals(step))) {
            throw new IllegalStateException("two steps are named " + step);
        }
        steps.add(new Step(step, api, atVersion, answer.json()));
    }

    /** Runs one of Apache Kafka's own tools; `{bootstrap}` among its arguments is the server's address. */
    public void tool(String step, String mainClass, String... arguments) throws Exception {
        record(step, TOOLS, 0, Tool.run(server, mainClass, arguments));
    }

    /** As {@link #tool}, again until what it prints is as wanted: for what takes effect a moment later. */
    public void toolUntil(String step, Predicate<String> wanted, String mainClass, String... arguments) throws Exception {
        long deadline = System.nanoTime() + eventually.toNanos();
        Answer answer = Tool.run(server, mainClass, arguments);
        while (!wanted.test(answer.json().toString()) && System.nanoTime() < deadline) {
            answer = Tool.run(server, mainClass, arguments);
        }
        record(step, TOOLS, 0, answer);
    }

    /** Does something to the server's files while it runs. */
    public void operate(Server.Surgery surgery) throws IOException {
        surgery.on(server.directory());
    }

    /** A log dir of the server: `data`, or another that its setting names. */
    public String logDir(String name) {
        return server.directory().resolve(name).toString();
    }

    /** `kill -9`, and a new start on the same data, after this was done to it; until the next one with these `key=value` too. */
    public void killServer(Server.Surgery meanwhile, String... overrides) throws IOException {
        close();
        server.killAndStart(meanwhile, List.of(overrides));
    }

    private Answer exchange(ApiMessage request, short atVersion) throws Exception {
        int id = send(request, atVersion);
        return receive(ApiMessageType.fromApiKey(request.apiKey()), atVersion, id);
    }

    private byte[] encode(ApiMessage request, short atVersion, int id) throws NoSuchVersion {
        try {
            return Wire.request(request, atVersion, id, clientId);
        } catch (UnsupportedVersionException lacking) {
            throw new NoSuchVersion(lacking);
        }
    }

    private Answer receive(ApiMessageType api, short atVersion, int id) {
        try {
            byte[] frame = connection().receive(patienceMs);
            if (frame == null) {
                close(current);
                return Answer.CLOSED;
            }
            return Wire.answer(api, atVersion, id, frame);
        } catch (SocketTimeoutException silence) {
            close(current);
            return Answer.SILENCE;
        } catch (IOException | IllegalStateException error) {
            close(current);
            return Answer.other(error.toString());
        }
    }

    private Connection connection() throws IOException {
        Connection connection = connections.get(current);
        if (connection == null) {
            connection = new Connection(server.address());
            connections.put(current, connection);
        }
        return connection;
    }

    /** Closes a connection of this case from our side. */
    public void close(String connection) {
        Connection open = connections.remove(connection);
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        List.copyOf(connections.keySet()).forEach(this::close);
    }

    private static String api(ApiMessage request) {
        return ApiMessageType.fromApiKey(request.apiKey()).name;
    }
}
