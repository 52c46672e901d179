package differential.cases;

import differential.Cases;
import differential.Talk;
import differential.Versions;
import org.apache.kafka.common.message.ApiVersionsRequestData;

/** ApiVersions, which a client asks before it knows anything. */
final class ApiVersionsCases extends Cases {
    private static final String[] BAD_NAMES = {"", " ", "-a", "a-", ".a", "a.", "a b", "a_b", "ä", "a/b", "a\n", "a".repeat(1000), "1", "a.b-c"};

    ApiVersionsCases() {
        super("ApiVersions");
        besideOthers();
        malformed(talk -> new ApiVersionsRequestData().setClientSoftwareName("name").setClientSoftwareVersion("1.0"));
        add("asked twice", ApiVersionsCases::twice);
        add("client software names", new Versions(3, 4), ApiVersionsCases::softwareNames);
    }

    private static void twice(Talk talk) throws Exception {
        ApiVersionsRequestData request = new ApiVersionsRequestData();
        if (talk.version() >= 3) {
            request.setClientSoftwareName("name").setClientSoftwareVersion("1.0");
        }
        talk.ask("first", request);
        talk.ask("second", request);
    }

    private static void softwareNames(Talk talk) throws Exception {
        for (int i = 0; i < BAD_NAMES.length; i++) {
            talk.ask("name " + i, new ApiVersionsRequestData().setClientSoftwareName(BAD_NAMES[i]).setClientSoftwareVersion("1"));
            talk.ask("version " + i, new ApiVersionsRequestData().setClientSoftwareName("a").setClientSoftwareVersion(BAD_NAMES[i]));
        }
    }
}
