package differential;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The command line.
 *
 * @param quick the first and the last version of each case, instead of all; and not the cases of every setting
 * @param only a glob over `API case`; all where null
 * @param setting the cases of this setting alone; of all where null
 * @param version this version alone, or -1
 * @param write where the coverage table goes; nowhere where null
 */
record Options(boolean quick, String only, Setting setting, int version, Path write) {
    static Options parse(String[] arguments) {
        ArrayDeque<String> rest = new ArrayDeque<>(List.of(arguments));
        boolean quick = switch (String.valueOf(rest.poll())) {
            case "quick" -> true;
            case "whole" -> false;
            default -> throw new IllegalArgumentException("usage: run quick|whole [--only 'API case'] [--setting NAME] [--version N] [--write FILE]");
        };
        Options options = new Options(quick, null, null, -1, null);
        while (!rest.isEmpty()) {
            String option = rest.remove();
            options = switch (option) {
                case "--only" -> new Options(quick, rest.remove(), options.setting, options.version, options.write);
                case "--setting" -> new Options(quick, options.only, Setting.valueOf(rest.remove()), options.version, options.write);
                case "--version" -> new Options(quick, options.only, options.setting, Integer.parseInt(rest.remove()), options.write);
                case "--write" -> new Options(quick, options.only, options.setting, options.version, Path.of(rest.remove()));
                default -> throw new IllegalArgumentException("unknown option " + option);
            };
        }
        return options;
    }

    /** Whether everything runs, so that what was not needed or not reached can be told. */
    boolean everything() {
        return !quick && only == null && setting == null && version < 0;
    }

    boolean chooses(Case theCase) {
        if (setting != null && theCase.setting() != setting) {
            return false;
        }
        return only == null ? !quick || theCase.setting().quick() : Rules.matches(only, theCase.toString());
    }
}
