import java.io.PrintWriter;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes what Java reads out of small properties files of likely and unlikely characters: a line for each file, with
 * the file, then its keys and values, all in hexadecimal. Usage: java PropertiesFiles FILE
 */
public class PropertiesFiles {
    private static final int FILES = 600;
    private static final int PIECES_MAX = 14;
    private static final String[] PIECES = {"a", "b", "key", "=", ":", " ", "\t", "\f", "#", "!", "\\", "\\\\", "\n",
        "\r", "\r\n", "\\\n", "\\\r\n  ", "\\u0041", "\\u00e9", "\\uD83D\\uDE00", "\\n", "\\t", "\\=", "\\ ", "\\u12",
        "=v\n", "k:"};

    public static void main(String[] arguments) throws Exception {
        Random random = new Random(1);
        try (PrintWriter out = new PrintWriter(Path.of(arguments[0]).toFile())) {
            out.println("# What Java reads out of properties files: file, then key=value..., or refused; in hexadecimal.");
            out.println("# Written by tests/interop/config/write. Do not edit.");
            for (int file = 0; file < FILES; file++) {
                String text = random.ints(1 + random.nextInt(PIECES_MAX), 0, PIECES.length)
                    .mapToObj(index -> PIECES[index]).collect(Collectors.joining());
                out.println(hex(text) + "\t" + read(text));
            }
        }
    }

    private static String read(String text) throws Exception {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IllegalArgumentException e) {
            return "refused";
        }
        TreeMap<String, String> sorted = new TreeMap<>();
        properties.forEach((key, value) -> sorted.put(hex(key.toString()), hex(value.toString())));
        return sorted.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" "));
    }

    private static String hex(String text) {
        // Half a pair of surrogates has no bytes in UTF-8; going through UTF-16 makes it the replacement character.
        String whole = new String(text.getBytes(StandardCharsets.UTF_16), StandardCharsets.UTF_16);
        return HexFormat.of().formatHex(whole.getBytes(StandardCharsets.UTF_8));
    }
}
