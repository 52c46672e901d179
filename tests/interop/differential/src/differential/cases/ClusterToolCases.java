package differential.cases;

/** `kafka-cluster`. */
final class ClusterToolCases extends ToolCases {
    ClusterToolCases() {
        super("org.apache.kafka.tools.ClusterTool");
        tool("cluster", use -> {
            use.run("id", "cluster-id");
            use.run("endpoints", "list-endpoints");
            use.run("endpoints, fenced too", "list-endpoints --include-fenced-brokers");
            use.run("unregister unknown", "unregister --id 77");
            use.run("unregister negative", "unregister --id -1");
        });
    }
}
