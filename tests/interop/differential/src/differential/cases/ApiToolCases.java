package differential.cases;

/** `kafka-broker-api-versions`. */
final class ApiToolCases extends ToolCases {
    ApiToolCases() {
        super("org.apache.kafka.tools.BrokerApiVersionsCommand");
        tool("api versions", use -> use.run("all", "--bootstrap-server {bootstrap}"));
    }
}
