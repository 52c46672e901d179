package differential.cases;

import differential.Cases;
import differential.Talk;
import differential.Topic;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;

/** CreatePartitions. */
final class CreatePartitionsCases extends Cases {
    CreatePartitionsCases() {
        super("CreatePartitions");
        besideOthers();
        malformed(talk -> request(to("no-such-topic", 3, List.of(1), List.of(1))));
        add("counts", CreatePartitionsCases::counts);
        add("assignments", CreatePartitionsCases::assignments);
        add("unknown", CreatePartitionsCases::unknown);
        add("repeated", CreatePartitionsCases::repeated);
        add("too many", CreatePartitionsCases::tooMany);
        add("timeouts", CreatePartitionsCases::timeouts);
    }

    private static CreatePartitionsRequestData request(CreatePartitionsTopic... topics) {
        CreatePartitionsRequestData request = new CreatePartitionsRequestData().setTimeoutMs(Requests.TIMEOUT_MS);
        request.topics().addAll(List.of(topics));
        return request;
    }

    private static CreatePartitionsTopic to(String name, int count) {
        return new CreatePartitionsTopic().setName(name).setCount(count).setAssignments(null);
    }

    @SafeVarargs
    private static CreatePartitionsTopic to(String name, int count, List<Integer>... brokers) {
        List<CreatePartitionsAssignment> assignments = new ArrayList<>();
        for (List<Integer> ids : brokers) {
            assignments.add(new CreatePartitionsAssignment().setBrokerIds(ids));
        }
        return to(name, count).setAssignments(assignments);
    }

    private static void counts(Talk talk) throws Exception {
        String topic = Topic.create(talk, "t", 2).name();
        talk.ask("asked only", request(to(topic, 3)).setValidateOnly(true));
        talk.ask("count 3", request(to(topic, 3)));
        talk.ask("count 3 again", request(to(topic, 3)));
        for (int count : new int[] {2, 0, -1, Integer.MIN_VALUE}) {
            talk.ask("count " + count, request(to(topic, count)));
        }
        talk.ask("nothing", request());
    }

    private static void assignments(Talk talk) throws Exception {
        String topic = Topic.create(talk, "t", 1).name();
        List<Integer> one = List.of(1);
        talk.ask("none", request(to(topic, 2).setAssignments(new ArrayList<>())));
        talk.ask("too few", request(to(topic, 3, one)));
        talk.ask("too many", request(to(topic, 2, one, one)));
        talk.ask("unknown broker", request(to(topic, 2, List.of(7))));
        talk.ask("broker twice", request(to(topic, 2, List.of(1, 1))));
        talk.ask("no broker", request(to(topic, 2, List.of())));
        talk.ask("other factor", request(to(topic, 2, List.of(1, 2))));
        talk.ask("fits", request(to(topic, 3, one, one)));
    }

    private static void unknown(Talk talk) throws Exception {
        for (String name : new String[] {"no-such-topic", "a b", "", "__cluster_metadata"}) {
            talk.ask("name " + name, request(to(name, 2)));
        }
    }

    private static void repeated(Talk talk) throws Exception {
        String topic = Topic.create(talk, "t", 1).name();
        String other = Topic.create(talk, "u", 1).name();
        talk.ask("beside another", request(to(topic, 2), to(other, 2), to(topic, 3)));
        talk.ask("nothing else", request(to(topic, 2), to(topic, 3)));
    }

    private static void tooMany(Talk talk) throws Exception {
        String topic = Topic.create(talk, "t", 1).name();
        talk.ask("too many", request(to(topic, 10_002)).setValidateOnly(true));
        talk.ask("as many as can be", request(to(topic, 10_001)).setValidateOnly(true));
    }

    private static void timeouts(Talk talk) throws Exception {
        String topic = Topic.create(talk, "t", 1).name();
        for (int timeout : new int[] {0, -1}) {
            talk.ask("timeout " + timeout, request(to(topic, 2), to("no-such-topic", 2)).setTimeoutMs(timeout));
        }
        talk.ask("of repeated", request(to(topic, 2), to(topic, 3)).setTimeoutMs(0));
        talk.ask("of nothing", request().setTimeoutMs(0));
        talk.ask("nothing was done", request(to(topic, 2)));
    }
}
