package interop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Consumer groups. The checks mostly wait for heartbeats and timeouts: several run at a time, the longest first. */
final class GroupSuite {
    private static final int AT_ONCE = 8;

    private GroupSuite() {}

    static void run(Checks checks, Cluster cluster) throws Exception {
        Map<String, Checks.Body> all = new LinkedHashMap<>();
        new VersionGroupChecks(cluster).addTo(all);
        List<Flavour> protocols = VersionGroupChecks.protocols();
        protocols.forEach(flavour -> new MembershipChecks(cluster, flavour).addTo(all));
        VersionGroupChecks.flavours().forEach(flavour -> new AssignmentChecks(cluster, flavour).addTo(all));
        protocols.forEach(flavour -> new CommitChecks(cluster, flavour).addTo(all));
        checks.together(AT_ONCE, all);
    }
}
