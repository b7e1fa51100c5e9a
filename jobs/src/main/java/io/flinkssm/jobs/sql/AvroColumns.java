package io.flinkssm.jobs.sql;

import static io.flinkssm.jobs.sql.Ddl.quoted;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/**
 * Columns of Flink SQL whose rows the format {@code avro} writes as the very bytes of an Avro
 * schema, and reads from them.
 *
 * <p>That format makes its schema, of reader and writer alike, from the columns. So they stand in
 * the order of the fields, and everything but a union with null is {@code NOT NULL}. Where the
 * format has no type that works, the column has one that looks the same in bytes:
 *
 * <ul>
 *   <li>{@code timestamp-micros} is a {@code BIGINT}: a {@code TIMESTAMP_LTZ(6)} would look right,
 *       but Flink 2.3 takes its number for milliseconds, reading and writing;
 *   <li>an enum is an {@code INT}, the index of its symbol, in a column named {@code …_index};
 *       {@link #symbols} is its name.
 * </ul>
 */
final class AvroColumns {

  private AvroColumns() {}

  /** Definitions of the columns of a record, in order. */
  static List<String> of(Schema record) {
    return record.getFields().stream()
        .map(field -> quoted(columnName(field)) + " " + type(field.schema()))
        .toList();
  }

  /** For each enum of a record, a computed column of its field's name with the symbol. */
  static List<String> symbols(Schema record) {
    return record.getFields().stream()
        .filter(field -> field.schema().getType() == Schema.Type.ENUM)
        .map(
            field ->
                "%s AS ELT(%s + 1, %s)"
                    .formatted(
                        quoted(field.name()),
                        quoted(columnName(field)),
                        field.schema().getEnumSymbols().stream()
                            .map(symbol -> "'" + symbol + "'")
                            .collect(Collectors.joining(", "))))
        .toList();
  }

  private static String columnName(Schema.Field field) {
    return field.schema().getType() == Schema.Type.ENUM ? field.name() + "_index" : field.name();
  }

  private static String type(Schema schema) {
    return switch (schema.getType()) {
      case UNION -> nullable(schema);
      default -> plain(schema) + " NOT NULL";
    };
  }

  private static String nullable(Schema union) {
    List<Schema> types = union.getTypes();
    // Flink writes null first, and the index of the type stands in the bytes.
    if (types.size() != 2 || types.get(0).getType() != Schema.Type.NULL) {
      throw new IllegalArgumentException(
          "a column cannot be " + union + "; of unions only [null, type] can be read");
    }
    return plain(types.get(1));
  }

  private static String plain(Schema schema) {
    return switch (schema.getType()) {
      case STRING -> "STRING";
      case BYTES -> "BYTES";
      case BOOLEAN -> "BOOLEAN";
      case INT, ENUM -> "INT";
      case LONG -> "BIGINT";
      case FLOAT -> "FLOAT";
      case DOUBLE -> "DOUBLE";
      case ARRAY -> "ARRAY<" + type(schema.getElementType()) + ">";
      case MAP -> "MAP<STRING NOT NULL, " + type(schema.getValueType()) + ">";
      case RECORD ->
          schema.getFields().stream()
              .map(field -> quoted(field.name()) + " " + type(field.schema()))
              .collect(Collectors.joining(", ", "ROW<", ">"));
      default -> throw new IllegalArgumentException("no column type for " + schema);
    };
  }
}
