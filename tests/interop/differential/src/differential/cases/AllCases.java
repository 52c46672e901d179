package differential.cases;

import differential.Cases;
import java.util.List;

/** The list of everything that is asked. */
public final class AllCases {
    private AllCases() {}

    public static List<Cases> all() {
        return List.of(
            new FrameCases(),
            new ApiVersionsCases(),
            new MetadataCases());
    }
}
