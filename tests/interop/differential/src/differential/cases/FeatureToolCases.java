package differential.cases;

import differential.Setting;

/** `kafka-features`. */
final class FeatureToolCases extends ToolCases {
    private static final String SERVER = "--bootstrap-server {bootstrap} ";

    FeatureToolCases() {
        super("org.apache.kafka.tools.FeatureCommand");
        tool("features", FeatureToolCases::describe);
        tool(Setting.TOOLS, "features upgraded", FeatureToolCases::upgrade);
        tool(Setting.TOOLS, "features downgraded", FeatureToolCases::downgrade);
    }

    private static void describe(Use features) throws Exception {
        features.run("describe", SERVER + "describe");
        features.run("upgrade too far", SERVER + "upgrade --feature metadata.version=99");
        features.run("upgrade to where it is", SERVER + "upgrade --feature metadata.version=30 --dry-run");
        features.run("disable", SERVER + "disable --feature metadata.version --dry-run");
    }

    private static void upgrade(Use features) throws Exception {
        features.run("down", SERVER + "upgrade --feature metadata.version=20");
        features.run("unknown feature", SERVER + "upgrade --feature no.such.feature=1");
        features.run("one well, one not", SERVER + "upgrade --feature metadata.version=30 --feature no.such.feature=1");
        features.run("twice the same", SERVER + "upgrade --feature metadata.version=30 --feature metadata.version=29");
        features.run("by name", SERVER + "upgrade --metadata 4.3-IV0");
        features.run("of the quorum", SERVER + "upgrade --feature kraft.version=1 --dry-run");
        features.run("of the quorum, too far", SERVER + "upgrade --feature kraft.version=9");
        features.run("where it was", SERVER + "describe");
    }

    private static void downgrade(Use features) throws Exception {
        features.run("metadata", SERVER + "downgrade --feature metadata.version=29 --dry-run");
        features.run("metadata, unsafe", SERVER + "downgrade --unsafe --feature metadata.version=29 --dry-run");
        features.run("metadata, too far", SERVER + "downgrade --unsafe --feature metadata.version=1 --dry-run");
        features.run("up", SERVER + "downgrade --feature metadata.version=31");
        features.run("unknown feature", SERVER + "downgrade --feature no.such.feature=0");
        features.run("disable unknown", SERVER + "disable --feature no.such.feature");
        features.run("disable metadata, unsafe", SERVER + "disable --unsafe --feature metadata.version --dry-run");
    }
}
