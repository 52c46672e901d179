package differential.cases;

import differential.Cases;
import differential.Talk;
import differential.Versions;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKey;

/** UpdateFeatures, of features that both servers have. */
final class FeatureCases extends Cases {
    private static final String METADATA = "metadata.version";
    private static final short LATEST = 30;

    FeatureCases() {
        super("UpdateFeatures");
        malformed(talk -> request(update("no.such.version", 1)));
        add("levels", FeatureCases::levels);
        add("unknown", FeatureCases::unknown);
        add("several", FeatureCases::several);
        add("upgrade types", new Versions(1, Short.MAX_VALUE), FeatureCases::upgradeTypes);
        add("allowed downgrade", new Versions(0, 0), FeatureCases::allowedDowngrade);
    }

    private static UpdateFeaturesRequestData request(FeatureUpdateKey... updates) {
        UpdateFeaturesRequestData request = new UpdateFeaturesRequestData();
        for (FeatureUpdateKey update : updates) {
            request.featureUpdates().add(update);
        }
        return request;
    }

    private static FeatureUpdateKey update(String feature, int level) {
        return new FeatureUpdateKey().setFeature(feature).setMaxVersionLevel((short) level);
    }

    private static void levels(Talk talk) throws Exception {
        for (int level : new int[] {LATEST, LATEST - 1, LATEST + 1, 7, 6, 0, -1, Short.MAX_VALUE, Short.MIN_VALUE}) {
            talk.ask("metadata " + level, request(update(METADATA, level)));
        }
        talk.ask("kraft 2", request(update("kraft.version", 2)));
        talk.ask("nothing", request());
    }

    private static void unknown(Talk talk) throws Exception {
        for (int level : new int[] {0, 1, -1}) {
            talk.ask("unknown " + level, request(update("no.such.version", level)));
            talk.ask("empty " + level, request(update("", level)));
        }
    }

    private static void several(Talk talk) throws Exception {
        talk.ask("one is wrong", request(update(METADATA, LATEST), update("no.such.version", 1)));
        talk.ask("at once no time", request(update(METADATA, LATEST)).setTimeoutMs(0));
    }

    private static void upgradeTypes(Talk talk) throws Exception {
        for (int type : new int[] {0, 1, 2, 3, 4, -1}) {
            for (int level : new int[] {LATEST, LATEST - 1, 21, LATEST + 1, 0}) {
                var update = update(METADATA, level).setUpgradeType((byte) type);
                talk.ask("type " + type + " level " + level, request(update).setValidateOnly(true));
            }
        }
    }

    private static void allowedDowngrade(Talk talk) throws Exception {
        talk.ask("allowed", request(update(METADATA, LATEST - 1).setAllowDowngrade(true)));
        talk.ask("same level", request(update(METADATA, LATEST).setAllowDowngrade(true)));
    }
}
