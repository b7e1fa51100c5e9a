package io.flinkssm.sql;

import io.flinkssm.stream.Frame;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Makes frames of rows: which columns hold what.
 *
 * <p>What is missing in a row becomes what the table of bad input knows: NULL for a sample is NaN,
 * for an array no samples, for a rate NaN, for a time one that no clock shows. So it is rejected,
 * or filled, by the rules of scoring.
 *
 * @param keys columns of the key
 * @param values columns of the samples
 * @param types of these
 * @param time column of the time of the first sample
 * @param timeType its type
 * @param rate column of the sampling rate, −1 for none
 * @param rateType its type, or null
 * @param end column of the end of a segment, −1 for none
 */
record FrameColumns(
    int[] keys,
    int[] values,
    LogicalType[] types,
    int time,
    LogicalType timeType,
    int rate,
    LogicalType rateType,
    int end)
    implements Serializable {
  /** Frames of all keys are read one by one, and the host knows the key: any text will do. */
  private static final String KEYED = "row";

  /**
   * Finds the columns of a table.
   *
   * @throws IllegalArgumentException if a column is missing or of the wrong type: what was found,
   *     what is needed, and an example
   */
  static FrameColumns of(RowType table, int[] keys, Names names) {
    int[] values = names.samples.stream().mapToInt(name -> index(table, name, "samples")).toArray();
    LogicalType[] types =
        Arrays.stream(values).mapToObj(table::getTypeAt).toArray(LogicalType[]::new);
    checkValues(names.samples, types);
    int time = index(table, names.time, "start_time");
    LogicalType timeType = table.getTypeAt(time);
    check(
        isTime(timeType) || timeType.is(LogicalTypeRoot.BIGINT),
        "start_time",
        names.time,
        timeType,
        "a TIMESTAMP, a TIMESTAMP_LTZ or a BIGINT of microseconds since 1970",
        "start_time => DESCRIPTOR(start_time), with start_time TIMESTAMP_LTZ(6)");
    int rate = names.rate == null ? -1 : index(table, names.rate, "rate_column");
    LogicalType rateType = rate < 0 ? null : table.getTypeAt(rate);
    check(
        rate < 0 || Numbers.isNumber(rateType),
        "rate_column",
        names.rate,
        rateType,
        "a number, samples per second",
        "rate_column => DESCRIPTOR(sample_rate_hz), with sample_rate_hz DOUBLE");
    int end = names.end == null ? -1 : index(table, names.end, "end_of_segment");
    check(
        end < 0 || table.getTypeAt(end).is(LogicalTypeRoot.BOOLEAN),
        "end_of_segment",
        names.end,
        end < 0 ? null : table.getTypeAt(end),
        "a BOOLEAN, true for the last row of a segment",
        "end_of_segment => DESCRIPTOR(is_last)");
    return new FrameColumns(keys, values, types, time, timeType, rate, rateType, end);
  }

  /**
   * Names of columns, as a call gives them.
   *
   * @param samples of the samples: some numbers, or one array
   * @param time of the first sample
   * @param rate of the sampling rate, or null
   * @param end of the end of a segment, or null
   */
  record Names(List<String> samples, String time, String rate, String end) {}

  private static int index(RowType table, String name, String argument) {
    int index = table.getFieldNames().indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          argument
              + " => DESCRIPTOR("
              + name
              + "): the input has no column "
              + name
              + ", it has "
              + String.join(", ", table.getFieldNames())
              + "; name one of these, in the same case");
    }
    return index;
  }

  private static void checkValues(List<String> names, LogicalType[] types) {
    String needed =
        "numbers, a column a channel and one sample a row, or one array of numbers, such as"
            + " ARRAY<FLOAT>, of a frame's samples";
    for (int i = 0; i < types.length; i++) {
      boolean array = types[i].is(LogicalTypeRoot.ARRAY);
      if (array && types.length > 1) {
        throw new IllegalArgumentException(
            "samples => DESCRIPTOR("
                + String.join(", ", names)
                + "): column "
                + names.get(i)
                + " is an "
                + types[i].asSummaryString()
                + " among others, needed are "
                + needed
                + "; put the channels of a frame into one array, innermost, as in samples =>"
                + " DESCRIPTOR(samples)");
      }
      check(
          Numbers.isNumber(array ? ((ArrayType) types[i]).getElementType() : types[i]),
          "samples",
          names.get(i),
          types[i],
          needed,
          "samples => DESCRIPTOR(temperature), with temperature DOUBLE");
    }
  }

  private static void check(
      boolean fits, String argument, String name, LogicalType type, String needed, String example) {
    if (!fits) {
      throw new IllegalArgumentException(
          argument
              + " => DESCRIPTOR("
              + name
              + "): the column is "
              + type.asSummaryString()
              + ", needed are "
              + needed
              + "; for example "
              + example);
    }
  }

  private static boolean isTime(LogicalType type) {
    return type.is(LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE)
        || type.is(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE);
  }

  /** Whether a row holds a frame of any length; else it is one sample. */
  boolean areArrays() {
    return types[0].is(LogicalTypeRoot.ARRAY);
  }

  /** Values per sample, if rows say so; arrays leave it to the model. */
  int channels() {
    return types.length;
  }

  /**
   * The frame of a row.
   *
   * @param channels values per sample in an array
   * @param rateHz the sampling rate if no column has it, 0 if it is not known
   */
  Frame frame(RowData row, int channels, double rateHz) {
    return new Frame(
        hasKey(row) ? KEYED : "",
        micros(row),
        rate < 0 ? rateHz : Numbers.of(row, rate, rateType),
        channels,
        areArrays() ? array(row) : sample(row),
        end >= 0 && !row.isNullAt(end) && row.getBoolean(end),
        Frame.Origin.UNKNOWN);
  }

  /** A key of NULLs only is none. */
  private boolean hasKey(RowData row) {
    for (int key : keys) {
      if (!row.isNullAt(key)) {
        return true;
      }
    }
    return false;
  }

  private long micros(RowData row) {
    if (row.isNullAt(time)) {
      return Long.MIN_VALUE;
    }
    if (timeType.is(LogicalTypeRoot.BIGINT)) {
      return row.getLong(time);
    }
    TimestampData at = row.getTimestamp(time, LogicalTypeChecks.getPrecision(timeType));
    return at.getMillisecond() * 1000 + at.getNanoOfMillisecond() / 1000;
  }

  private float[] sample(RowData row) {
    float[] sample = new float[values.length];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = (float) Numbers.of(row, values[i], types[i]);
    }
    return sample;
  }

  private float[] array(RowData row) {
    if (row.isNullAt(values[0])) {
      return new float[0];
    }
    ArrayData array = row.getArray(values[0]);
    float[] samples = new float[array.size()];
    Numbers.copy(array, ((ArrayType) types[0]).getElementType(), samples, 0, 1);
    return samples;
  }
}
