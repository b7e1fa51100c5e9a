package io.flinkssm.sql;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.Evidence;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.DataType;

/** What detectors say, as rows. A rejected record is a row too, with its reason for a status. */
final class AnomalyRows implements RowFormat {
  private static final long serialVersionUID = 1;

  private static final DataType TYPE =
      DataTypes.ROW(
              DataTypes.FIELD("sample_time", DataTypes.TIMESTAMP_LTZ(6)),
              DataTypes.FIELD("score", DataTypes.DOUBLE()),
              DataTypes.FIELD("alert", DataTypes.DOUBLE()),
              DataTypes.FIELD("alarm", DataTypes.BOOLEAN()),
              DataTypes.FIELD("channel", DataTypes.INT()),
              DataTypes.FIELD("evidence", DataTypes.MAP(DataTypes.STRING(), DataTypes.DOUBLE())),
              DataTypes.FIELD("sample_position", DataTypes.BIGINT()),
              DataTypes.FIELD("sample_rate_hz", DataTypes.DOUBLE()),
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
    Anomaly anomaly = score.anomaly();
    GenericRowData row = new GenericRowData(12);
    row.setField(0, RowFormat.time(score.timeMicros()));
    row.setField(1, anomaly.score());
    row.setField(2, anomaly.alert());
    row.setField(3, anomaly.alarm());
    row.setField(4, anomaly.channel());
    row.setField(5, new GenericMapData(evidence(anomaly)));
    row.setField(6, score.position());
    row.setField(7, score.sampleRateHz());
    row.setField(8, score.endOfSegment());
    row.setField(9, texts.of(SCORED));
    return row;
  }

  private Map<StringData, Double> evidence(Anomaly anomaly) {
    Map<StringData, Double> found = new LinkedHashMap<>();
    for (Evidence evidence : Evidence.values()) {
      double p = anomaly.pValue(evidence);
      if (!Double.isNaN(p)) {
        found.put(texts.of(evidence.id()), p);
      }
    }
    return found;
  }

  @Override
  public RowData row(Rejection rejection) {
    GenericRowData row = new GenericRowData(12);
    row.setField(0, RowFormat.timeIfKnown(rejection.timeMicros()));
    row.setField(9, texts.of(rejection.reason().name()));
    row.setField(10, texts.once(rejection.message()));
    row.setField(11, rejection.payload());
    return row;
  }
}
