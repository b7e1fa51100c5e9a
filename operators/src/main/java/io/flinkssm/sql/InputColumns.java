package io.flinkssm.sql;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.WindowScoring;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * The INPUT columns of a model, told apart by their types: arrays of numbers are samples (one array
 * with the channels innermost, or one of each channel), and a number is the sampling rate in Hz of
 * the window. Holds the window read last. Not thread-safe.
 */
final class InputColumns implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String EXAMPLE =
      "for example INPUT (samples ARRAY<FLOAT>), or INPUT (samples ARRAY<FLOAT>, rate DOUBLE)";

  private final List<String> names;
  private final List<LogicalType> types;
  private final int[] arrays;
  private final int rate;

  private transient float[] samples;
  private transient double sampleRateHz;

  /**
   * Tells the columns apart.
   *
   * @throws ValidationException if they do not make a window
   */
  InputColumns(List<String> names, List<LogicalType> types) {
    this.names = new ArrayList<>(names);
    this.types = new ArrayList<>(types);
    List<Integer> found = new ArrayList<>();
    int number = -1;
    for (int i = 0; i < types.size(); i++) {
      LogicalType type = types.get(i);
      if (type instanceof ArrayType array && Numbers.isNumber(array.getElementType())) {
        found.add(i);
      } else if (Numbers.isNumber(type) && number < 0) {
        number = i;
      } else {
        throw new ValidationException(
            "INPUT column "
                + names.get(i)
                + " is "
                + type.asSummaryString()
                + (number < 0 ? "" : ", and " + names.get(number) + " is the sampling rate already")
                + "; samples are arrays of numbers, one array with the channels innermost or one of"
                + " each channel, and at most one number is the sampling rate in Hz: "
                + EXAMPLE);
      }
    }
    if (found.isEmpty()) {
      throw new ValidationException(
          "INPUT has no array of numbers, so there are no samples; declare one: " + EXAMPLE);
    }
    arrays = found.stream().mapToInt(Integer::intValue).toArray();
    rate = number;
  }

  /** The same columns of a table whose types Flink takes for those declared, without a cast. */
  InputColumns of(List<LogicalType> actual) {
    return new InputColumns(names, actual);
  }

  /** Whether each window states its rate. */
  boolean hasRate() {
    return rate >= 0;
  }

  /**
   * Checks that a model takes such windows.
   *
   * @throws ValidationException if not
   */
  void check(ModelInfo info) {
    int channels = info.inputChannels();
    if (arrays.length != 1 && arrays.length != channels) {
      String each =
          IntStream.rangeClosed(1, channels)
              .mapToObj(i -> "c" + i + " ARRAY<FLOAT>")
              .collect(Collectors.joining(", ", "INPUT (", ")"));
      throw new ValidationException(
          "INPUT has "
              + arrays.length
              + " arrays of samples, model "
              + info.name()
              + " takes "
              + channels
              + (channels == 1 ? " channel" : " channels")
              + "; declare one array with the channels innermost, INPUT (samples ARRAY<FLOAT>)"
              + (channels == 1 ? "" : ", or one of each channel, " + each));
    }
  }

  /**
   * Reads a window.
   *
   * @return why that cannot be done, or null
   */
  Rejection read(GenericRowData row) {
    int length = -1;
    for (int i : arrays) {
      if (row.isNullAt(i)) {
        return WindowScoring.rejection(
            Rejection.Reason.EMPTY, names.get(i) + " is NULL; leave such windows out of the input");
      }
      int size = row.getArray(i).size();
      if (length >= 0 && size != length) {
        return WindowScoring.rejection(
            Rejection.Reason.CHANNEL_MISMATCH,
            names.get(arrays[0])
                + " has "
                + length
                + " samples, "
                + names.get(i)
                + " has "
                + size
                + "; give every channel of a window the same number");
      }
      length = size;
    }
    if (rate >= 0 && row.isNullAt(rate)) {
      return WindowScoring.rejection(
          Rejection.Reason.BAD_RATE,
          names.get(rate) + " is NULL; give the sampling rate of the window in Hz");
    }
    sampleRateHz = rate < 0 ? Double.NaN : Numbers.of(row.getField(rate));
    int values = Math.multiplyExact(length, arrays.length);
    // Windows mostly come in one length.
    if (samples == null || samples.length != values) {
      samples = new float[values];
    }
    for (int c = 0; c < arrays.length; c++) {
      ArrayData array = row.getArray(arrays[c]);
      LogicalType element = ((ArrayType) types.get(arrays[c])).getElementType();
      Numbers.copy(array, element, samples, c, arrays.length);
    }
    return null;
  }

  /** Samples of the window, {@code [n][channels]}; until the next one is read. */
  float[] samples() {
    return samples;
  }

  /** What the window states as its sampling rate; NaN without such a column. */
  double sampleRateHz() {
    return sampleRateHz;
  }
}
