package io.flinkssm.sql;

import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;

/** Scores of models as rows. A rejected record is a row too, with its reason for a status. */
final class ScoreRows implements RowFormat {
  private static final long serialVersionUID = 1;

  private static final DataType TYPE =
      DataTypes.ROW(
              DataTypes.FIELD("segment_start", DataTypes.TIMESTAMP_LTZ(6)),
              DataTypes.FIELD("sample_position", DataTypes.BIGINT()),
              DataTypes.FIELD("sample_time", DataTypes.TIMESTAMP_LTZ(6)),
              DataTypes.FIELD("sample_rate_hz", DataTypes.DOUBLE()),
              DataTypes.FIELD("model", DataTypes.STRING()),
              DataTypes.FIELD("model_version", DataTypes.STRING()),
              DataTypes.FIELD("task", DataTypes.STRING()),
              DataTypes.FIELD("label", DataTypes.STRING()),
              DataTypes.FIELD("probability", DataTypes.DOUBLE()),
              DataTypes.FIELD("outputs", DataTypes.ARRAY(DataTypes.DOUBLE())),
              DataTypes.FIELD("probabilities", DataTypes.ARRAY(DataTypes.DOUBLE())),
              DataTypes.FIELD("end_of_segment", DataTypes.BOOLEAN()),
              DataTypes.FIELD("status", DataTypes.STRING().notNull()),
              DataTypes.FIELD("message", DataTypes.STRING()),
              DataTypes.FIELD("payload", DataTypes.BYTES()))
          .bridgedTo(RowData.class);

  private final Texts texts = new Texts();

  @Override
  public DataType type() {
    return TYPE;
  }

  @Override
  public RowData row(Score score) {
    double[] probabilities = score.probabilities();
    GenericRowData row = new GenericRowData(15);
    row.setField(0, RowFormat.time(score.segmentStartMicros()));
    row.setField(1, score.position());
    row.setField(2, RowFormat.time(score.timeMicros()));
    row.setField(3, score.sampleRateHz());
    row.setField(4, texts.of(score.model()));
    row.setField(5, texts.of(score.modelVersion()));
    row.setField(6, texts.of(score.task()));
    if (probabilities.length > 0) {
      row.setField(7, texts.of(score.label()));
      row.setField(8, largest(probabilities));
      row.setField(10, new GenericArrayData(probabilities));
    }
    row.setField(9, new GenericArrayData(score.outputs()));
    row.setField(11, score.endOfSegment());
    row.setField(12, texts.of(SCORED));
    return row;
  }

  private static double largest(double[] probabilities) {
    double largest = 0;
    for (double probability : probabilities) {
      largest = Math.max(largest, probability);
    }
    return largest;
  }

  @Override
  public RowData row(Rejection rejection) {
    GenericRowData row = new GenericRowData(15);
    row.setField(2, RowFormat.timeIfKnown(rejection.timeMicros()));
    row.setField(12, texts.of(rejection.reason().name()));
    row.setField(13, texts.once(rejection.message()));
    row.setField(14, rejection.payload());
    return row;
  }
}
