package differential.cases;

import static differential.cases.Configs.DELETE;
import static differential.cases.Configs.GROUP;
import static differential.cases.Configs.SET;
import static differential.cases.Configs.and;
import static differential.cases.Configs.change;
import static differential.cases.ConsumerGroups.LEAVE;
import static differential.cases.ConsumerGroups.alone;
import static differential.cases.ConsumerGroups.beat;
import static differential.cases.ConsumerGroups.join;
import static differential.cases.ConsumerGroups.prepare;
import static differential.cases.Groups.named;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import differential.Topic;
import differential.Versions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;

/** Configurations of single groups, and that they are followed. */
final class GroupConfigCases extends Cases {
    private static final String INTERVAL = "consumer.heartbeat.interval.ms";
    private static final String SESSION = "consumer.session.timeout.ms";
    private static final short CHANGE_VERSION = 1;
    private static final short REPLACE_VERSION = 2;
    private static final short DESCRIBE_VERSION = 4;

    GroupConfigCases() {
        super("ConsumerGroupHeartbeat");
        under(Setting.GROUPS);
        add("settings beyond new bounds", new Versions(1, 1), GroupConfigCases::beyond);
        besideOthers();
        add("settings of a group", GroupConfigCases::followed);
        add("settings out of bounds", new Versions(1, 1), GroupConfigCases::refused);
    }

    /** Until members are told this interval. */
    private static void toldUntil(Talk talk, String step, ConsumerGroupHeartbeatRequestData request, int interval) throws Exception {
        talk.<ConsumerGroupHeartbeatResponseData>eventually(step, request, talk.version(), it -> it.heartbeatIntervalMs() == interval);
    }

    private static void show(Talk talk, String step, String group) throws Exception {
        talk.ask(step, Configs.describe(GROUP, group, INTERVAL, SESSION), DESCRIBE_VERSION);
    }

    private static void followed(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        String group = named(talk, "g");
        String other = named(talk, "h");
        alone(talk, group, topic);
        alone(talk, other, topic);
        show(talk, "nothing set, shown", group);
        talk.ask("set", change(GROUP, group, INTERVAL, SET, "7000"), CHANGE_VERSION);
        toldUntil(talk, "told", beat(group, "a", 2), 7000);
        show(talk, "told, shown", group);
        talk.ask("another group", beat(other, "a", 2));
        talk.ask("replaced", Configs.replace(GROUP, group, SESSION, "30000"), REPLACE_VERSION);
        toldUntil(talk, "the default again", beat(group, "a", 2), 5000);
        show(talk, "replaced, shown", group);
        talk.ask("set before there is a group", change(GROUP, named(talk, "later"), INTERVAL, SET, "6000"), CHANGE_VERSION);
        toldUntil(talk, "the group comes", join(talk.name("later"), "a", topic), 6000);
        talk.ask("deleted", change(GROUP, talk.name("later"), INTERVAL, DELETE, null), CHANGE_VERSION);
        toldUntil(talk, "the default", beat(talk.name("later"), "a", 2), 5000);
    }

    /** The broker has bounds for each, and members are given time for more than one heartbeat. */
    private static void refused(Talk talk) throws Exception {
        String group = named(talk, "g");
        String[][] settings = {{INTERVAL, "99"}, {INTERVAL, "15001"}, {INTERVAL, "100"}, {INTERVAL, "15000"}, {SESSION, "999"}, {SESSION, "60001"},
            {SESSION, "60000"}, {SESSION, "5000"}, {SESSION, "5001"}, {SESSION, "1000", INTERVAL, "999"}, {SESSION, "1000", INTERVAL, "1000"},
            {INTERVAL, "12000", SESSION, "6000"}, {"consumer.assignment.interval.ms", "-1"}, {"consumer.assignment.interval.ms", "15000"},
            {"consumer.assignment.interval.ms", "15001"}, {"consumer.assignor.offload.enable", "maybe"},
            {"consumer.assignor.offload.enable", "TRUE"}, {"consumer.assignor.offload.enable", ""}};
        int nth = 0;
        for (String[] each : settings) {
            var request = change(GROUP, group, each[0], SET, each[1]).setValidateOnly(true);
            if (each.length > 2) {
                and(request, GROUP, group, each[2], SET, each[3]);
            }
            talk.ask("change " + nth, request, CHANGE_VERSION);
            talk.ask("replace " + nth++, Configs.replace(GROUP, group, each).setValidateOnly(true), REPLACE_VERSION);
        }
        talk.ask("session", change(GROUP, group, SESSION, SET, "6000"), CHANGE_VERSION);
        talk.ask("an interval longer than that", change(GROUP, group, INTERVAL, SET, "7000"), CHANGE_VERSION);
        talk.ask("an interval as long", change(GROUP, group, INTERVAL, SET, "6000"), CHANGE_VERSION);
        talk.ask("appended", change(GROUP, group, INTERVAL, Configs.APPEND, "1"), CHANGE_VERSION);
        show(talk, "shown", group);
    }

    /** The broker that starts with narrower bounds keeps what was set, and follows it as far as they reach. */
    private static void beyond(Talk talk) throws Exception {
        Topic topic = ConsumerGroups.topic(talk, "t", 1);
        String group = named(talk, "g");
        String below = named(talk, "h");
        talk.ask("set", and(change(GROUP, group, INTERVAL, SET, "10000"), GROUP, below, INTERVAL, SET, "200"), CHANGE_VERSION);
        toldUntil(talk, "told", join(group, "a", topic), 10_000);
        talk.killServer(directory -> { }, "group.consumer.max.heartbeat.interval.ms=8000", "group.consumer.min.heartbeat.interval.ms=1000");
        Groups.ready(talk, group, below);
        toldUntil(talk, "as long as may be", join(group, "b", topic), 8000);
        toldUntil(talk, "as short as may be", join(below, "b", topic), 1000);
        show(talk, "shown", group);
        talk.ask("another key", change(GROUP, group, SESSION, SET, "30000"), CHANGE_VERSION);
        show(talk, "another key, shown", group);
        talk.killServer(directory -> { });
        Groups.ready(talk, group, below);
        toldUntil(talk, "told again", beat(group, "b", 3), 10_000);
        prepare(talk, beat(group, "b", LEAVE));
    }
}
