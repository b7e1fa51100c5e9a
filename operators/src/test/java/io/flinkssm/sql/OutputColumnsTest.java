package io.flinkssm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.ToyModel;
import io.flinkssm.stream.WindowScore;
import io.flinkssm.stream.WindowScoring;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class OutputColumnsTest {
  private static final DataType DOUBLES = DataTypes.ARRAY(DataTypes.DOUBLE());

  private static OutputColumns columns(List<String> names, DataType... types) {
    return new OutputColumns(names, List.of(types).stream().map(DataType::getLogicalType).toList());
  }

  private static WindowScore score() {
    return WindowScoring.of(
            ToyModel.classifier(), SsmModelOptions.rules(new Configuration()), plan -> {})
        .score(new float[] {3, 1, 2}, 1000)
        .score();
  }

  @Test
  void everyColumnIsFilledInTheOrderThatIsDeclared() throws Exception {
    OutputColumns columns =
        InstantiationUtil.clone(
            columns(
                List.of(
                    "message",
                    "status",
                    "outputs",
                    "Probability",
                    "probabilities",
                    "label",
                    "model",
                    "model_version"),
                DataTypes.STRING(),
                DataTypes.STRING().notNull(),
                DOUBLES,
                DataTypes.DOUBLE(),
                DOUBLES,
                DataTypes.STRING(),
                DataTypes.STRING(),
                DataTypes.STRING()));
    WindowScore score = score();
    RowData row = columns.scored(score);
    assertThat(row.isNullAt(0)).isTrue();
    assertThat(row.getString(1)).isEqualTo(StringData.fromString("SCORED"));
    assertThat(row.getArray(2).toDoubleArray()).isEqualTo(score.outputs());
    assertThat(row.getDouble(3))
        .isEqualTo(score.probabilities()[0])
        .isGreaterThan(score.probabilities()[1]);
    assertThat(row.getArray(4).toDoubleArray()).isEqualTo(score.probabilities());
    assertThat(row.getString(5)).isEqualTo(StringData.fromString("high"));
    assertThat(row.getString(6)).isEqualTo(StringData.fromString("toy"));
    assertThat(row.getString(7)).isEqualTo(StringData.fromString("1"));

    RowData rejected =
        columns.rejected(
            WindowScoring.rejection(Rejection.Reason.EMPTY, "why"), ToyModel.classifier().info());
    assertThat(rejected.getString(0)).isEqualTo(StringData.fromString("why"));
    assertThat(rejected.getString(1)).isEqualTo(StringData.fromString("EMPTY"));
    for (int i = 2; i < 6; i++) {
      assertThat(rejected.isNullAt(i)).isTrue();
    }
    assertThat(rejected.getString(6)).isEqualTo(StringData.fromString("toy"));
  }

  @Test
  void floatsAreRoundedToOnce() {
    OutputColumns columns =
        columns(
            List.of("probability", "probabilities"),
            DataTypes.FLOAT(),
            DataTypes.ARRAY(DataTypes.FLOAT()));
    WindowScore score = score();
    RowData row = columns.scored(score);
    assertThat(row.getFloat(0)).isEqualTo((float) score.probabilities()[0]);
    assertThat(row.getArray(1).toFloatArray()[1]).isEqualTo((float) score.probabilities()[1]);
  }

  @Test
  void aModelOfOneValueHasAScore() {
    OutputColumns columns = columns(List.of("score"), DataTypes.DOUBLE());
    ModelInfo one = ToyModel.features(1).info();
    columns.check(one);
    WindowScore score = score();
    assertThat(columns.scored(score).getDouble(0)).isEqualTo(score.outputs()[0]);
    assertThatThrownBy(() -> columns.check(ToyModel.features(2).info()))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("model toy gives 2; declare OUTPUT (outputs ARRAY<DOUBLE>)");
  }

  @Test
  void onlyStatusOrMessageTellOfRejections() {
    assertThat(columns(List.of("label"), DataTypes.STRING()).tellsRejections()).isFalse();
    assertThat(columns(List.of("status"), DataTypes.STRING()).tellsRejections()).isTrue();
    assertThat(columns(List.of("message"), DataTypes.STRING()).tellsRejections()).isTrue();
  }

  @Test
  void columnsThatCannotBeAreRefusedWithWhatCan() {
    assertThatThrownBy(() -> columns(List.of("prob"), DataTypes.DOUBLE()))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("OUTPUT column prob is not known")
        .hasMessageContaining("probability DOUBLE or FLOAT")
        .hasMessageContaining("for example OUTPUT (label STRING, probability DOUBLE)");
    assertThatThrownBy(() -> columns(List.of("label"), DataTypes.INT()))
        .hasMessageContaining("OUTPUT column label is INT, it holds STRING");
    assertThatThrownBy(() -> columns(List.of("label"), DataTypes.VARCHAR(3)))
        .hasMessageContaining("VARCHAR(3)");
    assertThatThrownBy(() -> columns(List.of("outputs"), DataTypes.DOUBLE()))
        .hasMessageContaining("it holds ARRAY<DOUBLE> or ARRAY<FLOAT>");
    assertThatThrownBy(
            () ->
                columns(
                    List.of("label", "status"), DataTypes.STRING().notNull(), DataTypes.STRING()))
        .hasMessageContaining("OUTPUT column label is STRING NOT NULL");
    assertThatThrownBy(
            () ->
                columns(
                    List.of("status", "outputs"),
                    DataTypes.STRING(),
                    DataTypes.ARRAY(DataTypes.DOUBLE().notNull())))
        .hasMessageContaining("OUTPUT column outputs is ARRAY<DOUBLE NOT NULL>");
    assertThatThrownBy(
            () -> columns(List.of("label"), DataTypes.STRING()).check(ToyModel.features(1).info()))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("label, which only classifiers give")
        .hasMessageContaining("task of model toy is features");
  }
}
