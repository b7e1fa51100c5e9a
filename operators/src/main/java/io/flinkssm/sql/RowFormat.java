package io.flinkssm.sql;

import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;

/** What a function gives: rows of scores and of rejected records, told apart by their status. */
interface RowFormat extends Serializable {
  /** Status of a score; of a rejected record it is the {@link Rejection.Reason}. */
  String SCORED = "SCORED";

  DataType type();

  RowData row(Score score);

  RowData row(Rejection rejection);

  static TimestampData time(long micros) {
    return TimestampData.fromEpochMillis(
        Math.floorDiv(micros, 1000L), (int) Math.floorMod(micros, 1000L) * 1000);
  }

  /** The time of a rejected record, NULL if it has none. */
  static TimestampData timeIfKnown(long micros) {
    return micros == KeyState.NO_TIME ? null : time(micros);
  }

  /** Texts that come again and again are made once. */
  final class Texts implements Serializable {
    private static final long serialVersionUID = 1;

    private transient Map<String, StringData> known;

    /** One of a few texts. */
    StringData of(String text) {
      if (known == null) {
        known = new HashMap<>();
      }
      return known.computeIfAbsent(text, StringData::fromString);
    }

    /** A text like no other. */
    StringData once(String text) {
      return StringData.fromString(text);
    }
  }
}
