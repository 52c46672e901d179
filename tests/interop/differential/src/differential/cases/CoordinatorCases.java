package differential.cases;

import differential.Cases;
import differential.Malformed;
import differential.Setting;
import differential.Talk;
import differential.Versions;
import differential.Wire;
import java.util.List;
import org.apache.kafka.common.message.FindCoordinatorRequestData;

/** FindCoordinator: of groups, and of kinds that there are not. */
final class CoordinatorCases extends Cases {
    CoordinatorCases() {
        super("FindCoordinator");
        besideOthers();
        // Whoever asks for a coordinator that can be creates an internal topic, which other cases of this setting would see.
        malformed(new Versions(1, Short.MAX_VALUE), talk -> ask(talk, "g", 9));
        add("cut off", new Versions(0, 0), CoordinatorCases::cutOff);
        add("key types", new Versions(1, Short.MAX_VALUE), CoordinatorCases::keyTypes);
        add("keys of share groups", new Versions(4, Short.MAX_VALUE), CoordinatorCases::shareKeys);
        add("no keys", new Versions(4, Short.MAX_VALUE), CoordinatorCases::noKeys);
        under(Setting.GROUPS);
        add("group", CoordinatorCases::group);
        add("several groups", new Versions(4, Short.MAX_VALUE), CoordinatorCases::several);
        add("malformed, of a group", talk -> Malformed.run(talk, groupRequest(talk), List.of()));
    }

    private static FindCoordinatorRequestData ask(Talk talk, String key, int type) {
        FindCoordinatorRequestData request = new FindCoordinatorRequestData().setKeyType((byte) type);
        return talk.version() < 4 ? request.setKey(key) : request.setCoordinatorKeys(List.of(key));
    }

    private static FindCoordinatorRequestData groupRequest(Talk talk) throws Exception {
        return ask(talk, Groups.named(talk, "g"), 0);
    }

    private static void group(Talk talk) throws Exception {
        talk.ask("group", groupRequest(talk));
        int nth = 0;
        for (String name : new String[] {"", " ", "ümlaut", "g".repeat(30_000)}) {
            talk.ask("name " + nth++, ask(talk, name, 0));
        }
    }

    private static void several(Talk talk) throws Exception {
        String group = Groups.named(talk, "g");
        FindCoordinatorRequestData request = new FindCoordinatorRequestData();
        talk.ask("three", request.setCoordinatorKeys(List.of(group, "", talk.name("h"))));
        talk.ask("twice the same", request.setCoordinatorKeys(List.of(group, group)));
    }

    private static void cutOff(Talk talk) throws Exception {
        byte[] header = Wire.header(talk.api().apiKey(), (short) 0, (short) 1, 9);
        talk.askRaw("no key", talk.api(), (short) 0, header, 9);
        talk.askRaw("half a key", talk.api(), (short) 0, Wire.join(header, new byte[] {0, 4, 'g', 'r'}), 9);
    }

    private static void keyTypes(Talk talk) throws Exception {
        for (int type : new int[] {3, 4, 127, -1, -128}) {
            talk.ask("type " + type, ask(talk, "g", type));
        }
    }

    /** A share key is group:topic id:partition. */
    private static void shareKeys(Talk talk) throws Exception {
        for (String key : new String[] {"", "g", "g:x:0", ":AAAAAAAAAAAAAAAAAAAAAQ:0", "g:AAAAAAAAAAAAAAAAAAAAAQ:x"}) {
            talk.ask("key '" + key + "'", ask(talk, key, 2));
        }
    }

    private static void noKeys(Talk talk) throws Exception {
        for (int type = 0; type < 3; type++) {
            talk.ask("type " + type, new FindCoordinatorRequestData().setKeyType((byte) type).setCoordinatorKeys(List.of()));
        }
    }
}
