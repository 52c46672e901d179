package differential.cases;

import differential.Cases;
import differential.Talk;
import differential.Versions;
import org.apache.kafka.common.message.DescribeClusterRequestData;

/** DescribeCluster. */
final class ClusterCases extends Cases {
    ClusterCases() {
        super("DescribeCluster");
        malformed(talk -> new DescribeClusterRequestData());
        add("brokers", ClusterCases::brokers);
        add("endpoint types", new Versions(1, Short.MAX_VALUE), ClusterCases::endpointTypes);
        add("fenced brokers", new Versions(2, Short.MAX_VALUE), ClusterCases::fenced);
    }

    private static void brokers(Talk talk) throws Exception {
        talk.ask("plain", new DescribeClusterRequestData());
        talk.ask("with operations", new DescribeClusterRequestData().setIncludeClusterAuthorizedOperations(true));
    }

    private static void endpointTypes(Talk talk) throws Exception {
        for (int type : new int[] {1, 2, 0, 3, -1, 127}) {
            talk.ask("type " + type, new DescribeClusterRequestData().setEndpointType((byte) type));
        }
    }

    private static void fenced(Talk talk) throws Exception {
        talk.ask("brokers", new DescribeClusterRequestData().setIncludeFencedBrokers(true));
        talk.ask("controllers", new DescribeClusterRequestData().setIncludeFencedBrokers(true).setEndpointType((byte) 2));
    }
}
