package differential;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.protocol.types.ArrayOf;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.CompactArrayOf;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.utils.ByteUtils;

/** Where the fields of an encoded message are: a walk over the bytes by the message's schema. */
final class Layout {
    /** What stands at a mark. */
    enum Kind {
        /** A number, a flag or a UUID of fixed size. */
        FIXED,
        /** A flag. */
        BOOLEAN,
        /** A length in two bytes. */
        LENGTH16,
        /** A length or a count in four bytes. */
        LENGTH32,
        /** A length or a count as a varint, one more than it says; 0 is null. */
        LENGTH_VARINT,
        /** The bytes of a string. */
        TEXT,
        /** The bytes of a byte field. */
        BYTES,
        /** Whether a struct follows: 1, or -1. */
        STRUCT_MARKER,
        /** How many tagged fields follow. */
        TAG_COUNT,
        /** The number of a tagged field. */
        TAG,
        /** The size of a tagged field. */
        TAG_SIZE
    }

    record Mark(String path, Kind kind, int offset, int size) {}

    private final ByteBuffer bytes;
    private final List<Mark> marks = new ArrayList<>();

    private Layout(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    /** The marks of a message's body, in order; together they are the whole of it. */
    static List<Mark> of(Schema schema, byte[] body) {
        Layout layout = new Layout(body);
        layout.schema("", schema);
        if (layout.bytes.hasRemaining()) {
            throw new IllegalStateException("the schema ends before the bytes do");
        }
        return layout.marks;
    }

    private void schema(String path, Schema schema) {
        for (BoundField field : schema.fields()) {
            value(path.isEmpty() ? field.def.name : path + "." + field.def.name, field.def.type);
        }
    }

    private void value(String path, Type type) {
        if (type instanceof Schema schema) {
            if (!type.isNullable() || structFollows(path)) {
                schema(path, schema);
            }
        } else if (type instanceof TaggedFields tagged) {
            tagged(path, tagged);
        } else if (type instanceof ArrayOf) {
            array(path, type, length32(path));
        } else if (type instanceof CompactArrayOf) {
            array(path, type, varint(path, Kind.LENGTH_VARINT) - 1);
        } else {
            simple(path, type);
        }
    }

    private boolean structFollows(String path) {
        skip(path, Kind.STRUCT_MARKER, 1);
        return bytes.get(bytes.position() - 1) >= 0;
    }

    private void array(String path, Type type, int count) {
        for (int i = 0; i < count; i++) {
            value(path + "[" + i + "]", type.arrayElementType().orElseThrow());
        }
    }

    private void tagged(String path, TaggedFields tagged) {
        int count = varint(path, Kind.TAG_COUNT);
        Map<Integer, Field> known = tagged.fields();
        for (int i = 0; i < count; i++) {
            int tag = varint(path + "[" + i + "]", Kind.TAG);
            int size = varint(path + "[" + i + "]", Kind.TAG_SIZE);
            Field field = known.get(tag);
            if (field == null) {
                skip(path + "[" + i + "]", Kind.BYTES, size);
            } else {
                value(path + "." + field.name, field.type);
            }
        }
    }

    private void simple(String path, Type type) {
        switch (type.toString()) {
            case "BOOLEAN" -> skip(path, Kind.BOOLEAN, 1);
            case "INT8" -> skip(path, Kind.FIXED, 1);
            case "INT16", "UINT16" -> skip(path, Kind.FIXED, 2);
            case "INT32", "UNSIGNED_INT32" -> skip(path, Kind.FIXED, 4);
            case "INT64", "FLOAT64" -> skip(path, Kind.FIXED, 8);
            case "UUID" -> skip(path, Kind.FIXED, 16);
            case "STRING", "NULLABLE_STRING" -> skip(path, Kind.TEXT, length16(path));
            case "COMPACT_STRING", "COMPACT_NULLABLE_STRING" -> skip(path, Kind.TEXT, varint(path, Kind.LENGTH_VARINT) - 1);
            case "BYTES", "NULLABLE_BYTES", "RECORDS", "NULLABLE_RECORDS" -> skip(path, Kind.BYTES, length32(path));
            case "COMPACT_BYTES", "COMPACT_NULLABLE_BYTES", "COMPACT_RECORDS", "COMPACT_NULLABLE_RECORDS" ->
                skip(path, Kind.BYTES, varint(path, Kind.LENGTH_VARINT) - 1);
            default -> throw new IllegalStateException("no layout for type " + type);
        }
    }

    private int length16(String path) {
        skip(path, Kind.LENGTH16, 2);
        return bytes.getShort(bytes.position() - 2);
    }

    private int length32(String path) {
        skip(path, Kind.LENGTH32, 4);
        return bytes.getInt(bytes.position() - 4);
    }

    private int varint(String path, Kind kind) {
        int start = bytes.position();
        int value = ByteUtils.readUnsignedVarint(bytes);
        marks.add(new Mark(path, kind, start, bytes.position() - start));
        return value;
    }

    /** A length below zero, as null has it, takes no bytes. */
    private void skip(String path, Kind kind, int size) {
        if (size > 0) {
            marks.add(new Mark(path, kind, bytes.position(), size));
            bytes.position(bytes.position() + size);
        }
    }
}
