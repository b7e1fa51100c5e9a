package io.flinkssm.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** The tables of the topics stand in the docs, and have columns for whatever a schema may bring. */
class TopicTableTest {
  private static final Path PAGE = Path.of("..", "docs", "sql-tables.md");
  private static final String BEGIN = "<!-- generated: ";
  private static final String REGENERATE =
      "mvn verify -pl jobs -am -Dtest=TopicTableTest -Dflinkssm.regenerate=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false -DskipITs";

  @Test
  void theStatementsInTheDocumentAreUpToDate() throws IOException {
    String page = Files.readString(PAGE);
    String head =
        page.substring(0, page.contains(BEGIN) ? page.indexOf(BEGIN) : page.length())
            .stripTrailing();
    String statements =
        TopicTable.all().stream()
            .map(table -> "```sql\n" + table.ddl("localhost:9092") + ";\n```\n")
            .collect(Collectors.joining("\n"));
    String current = head + "\n\n" + BEGIN + "do not edit below -->\n\n" + statements;
    if (Boolean.getBoolean("flinkssm.regenerate")) {
      Files.writeString(PAGE, current);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/sql-tables.md is stale; regenerate it with: %s", REGENERATE)
        .isEqualTo(current);
  }

  @Test
  void columnsLookLikeTheFieldsInBytes() {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "All", "fields": [
                  {"name": "text", "type": "string"},
                  {"name": "time", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]},
                  {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
                  {"name": "many", "type": {"type": "array", "items": ["null", "float"]}},
                  {"name": "by_name", "type": {"type": "map", "values": "bytes"}},
                  {"name": "inner", "type": {"type": "record", "name": "Inner", "fields": [
                    {"name": "yes", "type": "boolean"}, {"name": "n", "type": ["null", "int"]}]}}
                ]}
                """);
    assertThat(AvroColumns.of(schema))
        .containsExactly(
            "`text` STRING NOT NULL",
            "`time` BIGINT",
            "`kind_index` INT NOT NULL",
            "`many` ARRAY<FLOAT> NOT NULL",
            "`by_name` MAP<STRING NOT NULL, BYTES NOT NULL> NOT NULL",
            "`inner` ROW<`yes` BOOLEAN NOT NULL, `n` INT> NOT NULL");
    assertThat(AvroColumns.symbols(schema))
        .containsExactly("`kind` AS ELT(`kind_index` + 1, 'A', 'B')");
  }

  @Test
  void aUnionThatFlinkWouldWriteOtherwiseIsRefused() {
    for (String union : List.of("[\"string\", \"null\"]", "[\"null\", \"int\", \"long\"]")) {
      Schema schema =
          new Schema.Parser()
              .parse(
                  """
                  {"type": "record", "name": "R", "fields": [{"name": "f", "type": %s}]}
                  """
                      .formatted(union));
      assertThatThrownBy(() -> AvroColumns.of(schema))
          .hasMessageContaining("of unions only [null, type]");
    }
  }
}
