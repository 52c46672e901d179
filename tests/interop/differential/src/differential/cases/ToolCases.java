package differential.cases;

import differential.Cases;
import differential.Setting;
import differential.Talk;
import java.util.ArrayList;
import java.util.List;

/** Cases of Apache Kafka's command line tools, each with the tool's class. */
abstract class ToolCases extends Cases {
    private static final List<String> SERVER = List.of("--bootstrap-server", "{bootstrap}");

    private final String mainClass;

    ToolCases(String mainClass) {
        super("Tools");
        this.mainClass = mainClass;
    }

    /** What a case does with its tool. */
    interface Body {
        void run(Use use) throws Exception;
    }

    /** The tool, in a case. */
    record Use(Talk talk, String mainClass) {
        /** Runs it with these arguments, separated by blanks (`''` for an empty one), and compares. */
        void run(String step, String arguments) throws Exception {
            talk.tool(step, mainClass, split(arguments));
        }

        /** As {@link #run}, until it prints this text. */
        void until(String step, String text, String arguments) throws Exception {
            talk.toolUntil(step, printed -> printed.contains(text), mainClass, split(arguments));
        }

        /** As {@link #run}, until it prints this text no more. */
        void untilGone(String step, String text, String arguments) throws Exception {
            talk.toolUntil(step, printed -> !printed.contains(text), mainClass, split(arguments));
        }

        String name(String suffix) {
            return talk.name(suffix);
        }

        private static String[] split(String arguments) {
            List<String> all = new ArrayList<>();
            for (String argument : arguments.split(" ")) {
                all.add(argument.equals("''") ? "" : argument);
            }
            if (!all.contains("--bootstrap-server")) {
                all.addAll(SERVER);
            }
            return all.toArray(String[]::new);
        }
    }

    final void tool(String name, Body body) {
        tool(Setting.PLAIN, name, body);
    }

    final void tool(Setting setting, String name, Body body) {
        add(setting, name, talk -> body.run(new Use(talk, mainClass)));
    }

    /** A case for the day that this API is advertised. */
    final void toolOnce(String api, Setting setting, String name, Body body) {
        addOnce(api, setting, name, talk -> body.run(new Use(talk, mainClass)));
    }
}
