package differential.cases;

import static differential.cases.Groups.join;
import static differential.cases.Groups.named;
import static differential.cases.Groups.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import differential.Wire;
import java.util.List;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;

/** ListGroups. Other cases have groups too, so that only the case's own are compared. */
final class ListGroupsCases extends Cases {
    private static final short READY_VERSION = 5;

    ListGroupsCases() {
        super("ListGroups");
        add("no coordinator", ListGroupsCases::noCoordinator);
        under(Setting.GROUPS);
        besideOthers();
        // Versions before cannot ask for groups that there are not.
        malformed(new Versions(4, Short.MAX_VALUE), talk -> {
            ready(talk);
            return states("No such state");
        });
        add("cut off", new Versions(3, 3), ListGroupsCases::cutOff);
        add("states", ListGroupsCases::all);
        add("filters of states", new Versions(4, Short.MAX_VALUE), ListGroupsCases::byState);
        add("consumer groups", new Versions(4, Short.MAX_VALUE), ListGroupsCases::consumers);
        add("filters of types", new Versions(5, Short.MAX_VALUE), ListGroupsCases::byType);
    }

    private static ListGroupsRequestData states(String... states) {
        return new ListGroupsRequestData().setStatesFilter(List.of(states));
    }

    /** Nobody has asked for a coordinator in this setting, so that there is none. */
    private static void noCoordinator(Talk talk) throws Exception {
        talk.ask("list", new ListGroupsRequestData());
    }

    private static void cutOff(Talk talk) throws Exception {
        short version = talk.version();
        talk.askRaw("no tags", talk.api(), version, Wire.header(talk.api().apiKey(), version, talk.api().requestHeaderVersion(version), 9), 9);
    }

    private static void ready(Talk talk) throws Exception {
        Groups.ready(talk, "g");
        talk.<ListGroupsResponseData>prepareUntil(new ListGroupsRequestData(), READY_VERSION, it -> it.errorCode() == 0);
    }

    /** The case's groups, as they are listed, compared. */
    static void show(Talk talk, String step) throws Exception {
        ask(talk, step, new ListGroupsRequestData(), READY_VERSION);
    }

    private static void ask(Talk talk, String step, ListGroupsRequestData request) throws Exception {
        ask(talk, step, request, talk.version());
    }

    private static void ask(Talk talk, String step, ListGroupsRequestData request, short version) throws Exception {
        String own = talk.name("");
        talk.on("main").askPart(step, request, version, answer -> {
            JsonNode groups = answer.get("groups");
            if (groups != null) {
                ObjectNode part = answer.deepCopy();
                part.putArray("groups").addAll(groups.valueStream().filter(it -> it.get("groupId").asText().startsWith(own)).toList());
                return part;
            }
            return answer;
        });
    }

    private static void all(Talk talk) throws Exception {
        ready(talk);
        ask(talk, "none", new ListGroupsRequestData());
        OffsetCommitCases.commitSome(talk, named(talk, "simple"));
        ask(talk, "simple", new ListGroupsRequestData());
        Member member = new Member(talk, "a", named(talk, "life"));
        member.takeId();
        Groups.awaitThere(talk, member.group());
        ask(talk, "a pending id", new ListGroupsRequestData());
        member.enter();
        ask(talk, "before the sync", new ListGroupsRequestData());
        member.sync();
        ask(talk, "stable", new ListGroupsRequestData());
        Member second = new Member(talk, "b", member.group());
        int waiting = second.beginJoin();
        member.awaitRebalance();
        ask(talk, "while another joins", new ListGroupsRequestData());
        member.enter();
        second.endJoin(waiting);
        member.leave();
        second.leave();
        ask(talk, "empty", new ListGroupsRequestData());
        DeleteGroupsCases.prepare(talk, member.group(), talk.name("simple"));
        ask(talk, "deleted", new ListGroupsRequestData());
    }

    /** A group in each state that lasts. */
    private static void make(Talk talk) throws Exception {
        ready(talk);
        OffsetCommitCases.commitSome(talk, named(talk, "simple"));
        Member.alone(talk, named(talk, "stable"));
        new Member(talk, "a", named(talk, "completing")).enter();
        Member.alone(talk, named(talk, "empty")).leave();
        JoinGroupResponseData answer = talk.prepare(join(named(talk, "connect"), "", "connect", protocol("default")), Groups.JOIN_VERSION);
        talk.prepare(join(talk.name("connect"), answer.memberId(), "connect", protocol("default")), Groups.JOIN_VERSION);
    }

    private static void byState(Talk talk) throws Exception {
        make(talk);
        String[][] filters = {{}, {"Empty"}, {"Stable"}, {"CompletingRebalance"}, {"PreparingRebalance"}, {"Dead"}, {"stable"}, {"STABLE"},
            {"Stable", "Empty"}, {"Empty", "Empty"}, {"Nonsense"}, {"Nonsense", "Stable"}, {""}, {" Stable"}, {"Unknown"}, {"Assigning"},
            {"Reconciling"}, {"NotReady"}, {"completingrebalance", "EMPTY"}, {"s".repeat(30_000)}, {"ſtable"}, {"DEAD"}};
        int nth = 0;
        for (String[] filter : filters) {
            ask(talk, "filter " + nth++, states(filter));
        }
    }

    private static void consumers(Talk talk) throws Exception {
        ready(talk);
        Topic topic = ConsumerGroups.topic(talk, "t", 2);
        ConsumerGroups.alone(talk, named(talk, "stable"), topic);
        ConsumerGroups.alone(talk, named(talk, "empty"), topic);
        ConsumerGroups.prepare(talk, ConsumerGroups.beat(talk.name("empty"), "a", ConsumerGroups.LEAVE));
        ConsumerGroups.alone(talk, named(talk, "two"), topic);
        ConsumerGroups.prepare(talk, ConsumerGroups.join(talk.name("two"), "b", topic));
        Member.alone(talk, named(talk, "classic"));
        ask(talk, "all", new ListGroupsRequestData());
        int nth = 0;
        for (String state : List.of("Stable", "Empty", "Reconciling", "reconciling", "Assigning", "Dead", "PreparingRebalance")) {
            ask(talk, "state " + nth++, states(state));
        }
        nth = 0;
        for (String type : talk.version() < 5 ? List.<String>of() : List.of("consumer", "Consumer", "CONSUMER", "classic", "share")) {
            ask(talk, "type " + nth, new ListGroupsRequestData().setTypesFilter(List.of(type)));
            ask(talk, "type " + nth++ + " and a state", states("Stable", "Reconciling").setTypesFilter(List.of(type)));
        }
    }

    private static void byType(Talk talk) throws Exception {
        make(talk);
        String[][] filters = {{}, {"classic"}, {"Classic"}, {"CLASSIC"}, {"consumer"}, {"Consumer"}, {"share"}, {"streams"}, {"classic", "consumer"},
            {"unknown"}, {"nonsense"}, {""}, {"nonsense", "classic"}, {"classic", "classic"}, {" classic"}, {"claſſic"}};
        int nth = 0;
        for (String[] filter : filters) {
            ask(talk, "filter " + nth, new ListGroupsRequestData().setTypesFilter(List.of(filter)));
            ask(talk, "filter " + nth++ + " and a state", states("Stable").setTypesFilter(List.of(filter)));
        }
    }
}
