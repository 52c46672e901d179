package differential;

import java.util.List;

/** How both servers are configured. Each setting that has cases costs a start of both, so there are few. */
public enum Setting {
    /** The defaults. */
    PLAIN(),
    /** Topics are not deleted. */
    NO_DELETION("delete.topic.enable=false");

    private final List<String> overrides;

    Setting(String... overrides) {
        this.overrides = List.of(overrides);
    }

    /** `key=value`, as the launchers take them. */
    List<String> overrides() {
        return overrides;
    }
}
