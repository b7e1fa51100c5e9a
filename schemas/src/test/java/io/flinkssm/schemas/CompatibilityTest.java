package io.flinkssm.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every released version of a schema can be read by, and can read, the current one. */
class CompatibilityTest {
  private static final Path CURRENT = Path.of("src/main/avro");
  private static final Path RELEASED = Path.of("src/test/resources/released");

  @ParameterizedTest
  @MethodSource("released")
  void currentReadsReleased(Path version) throws IOException {
    assertCompatible(currentOf(version), parse(version), "backward");
  }

  @ParameterizedTest
  @MethodSource("released")
  void releasedReadsCurrent(Path version) throws IOException {
    assertCompatible(parse(version), currentOf(version), "forward");
  }

  @Test
  void everySchemaHasAReleasedVersionAndNoFolderIsLeftOver() throws IOException {
    List<String> schemas =
        list(CURRENT).map(file -> file.getFileName().toString().replace(".avsc", "")).toList();
    assertThat(schemas).isNotEmpty();
    assertThat(list(RELEASED).map(folder -> folder.getFileName().toString()))
        .containsExactlyElementsOf(schemas);
    for (String schema : schemas) {
      assertThat(list(RELEASED.resolve(schema))).as(schema).isNotEmpty();
    }
  }

  @Test
  void anIncompatibleChangeIsNoticed() throws IOException {
    Schema current = parse(CURRENT.resolve("SignalFrame.avsc"));
    Schema changed =
        new Schema.Parser()
            .parse(current.toString().replace("\"items\":\"float\"", "\"items\":\"string\""));
    assertThat(changed).isNotEqualTo(current);
    assertThat(SchemaCompatibility.checkReaderWriterCompatibility(changed, current).getType())
        .isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
  }

  static Stream<Path> released() throws IOException {
    return list(RELEASED)
        .flatMap(
            folder -> {
              try {
                return list(folder);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
  }

  private static Schema currentOf(Path version) throws IOException {
    return parse(CURRENT.resolve(version.getParent().getFileName() + ".avsc"));
  }

  private static Schema parse(Path file) throws IOException {
    return new Schema.Parser().parse(Files.readString(file));
  }

  private static Stream<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList().stream();
    }
  }

  private static void assertCompatible(Schema reader, Schema writer, String direction) {
    SchemaPairCompatibility result =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    assertThat(result.getType())
        .as("%s compatibility: %s", direction, result.getResult().getIncompatibilities())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }
}
