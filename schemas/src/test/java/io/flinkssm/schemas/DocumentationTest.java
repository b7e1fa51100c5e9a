package io.flinkssm.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.avro.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A schema is the documentation of its topic: every type and field says what it means. */
class DocumentationTest {

  @ParameterizedTest
  @MethodSource("schemas")
  void everyFieldHasADocAndAUnit(Schema schema) {
    assertThat(schema.getDoc()).as(schema.getFullName()).isNotBlank();
    for (Schema.Field field : schema.getFields()) {
      assertThat(field.doc())
          .as("doc of %s.%s", schema.getName(), field.name())
          .isNotBlank()
          .containsPattern("Unit: \\S+");
      if (field.schema().getType() == Schema.Type.ENUM) {
        assertThat(field.schema().getDoc()).as(field.schema().getFullName()).isNotBlank();
        assertThat(field.schema().getEnumDefault())
            .as("default symbol of %s", field.schema().getFullName())
            .isNotNull();
      }
    }
  }

  static Schema[] schemas() {
    return new Schema[] {
      SignalFrame.SCHEMA$,
      Score.SCHEMA$,
      Anomaly.SCHEMA$,
      ModelRelease.SCHEMA$,
      RejectedRecord.SCHEMA$,
      KernelSummary.SCHEMA$,
      WindowScore.SCHEMA$,
      StreamingScore.SCHEMA$
    };
  }
}
