package io.flinkssm.sql;

import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.stream.ScoringConfig;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.types.DataType;

/**
 * What {@code SsmScore} and {@code SsmDetect} both are called with.
 *
 * @param options those of the call
 * @param columns of the input
 * @param statesRate whether the call or a column says what the sampling rate is
 */
record Inputs(Configuration options, FrameColumns columns, boolean statesRate) {
  /** Type of the argument {@code options}. */
  static final DataType OPTIONS =
      DataTypes.MAP(DataTypes.STRING(), DataTypes.STRING()).bridgedTo(MapData.class);

  /**
   * Reads the arguments of a call.
   *
   * @param timeColumn name of the column of {@code on_time}
   * @param known options that may be set
   * @throws IllegalArgumentException naming what is wrong, what is needed, and an example
   */
  static Inputs read(CallArguments arguments, String timeColumn, List<ConfigOption<?>> known) {
    Configuration options =
        FunctionOptions.read(
            arguments.map("options", "options => MAP['ssm.gap.max', '2 s']"), known);
    List<String> samples = arguments.columns("samples", "samples => DESCRIPTOR(v)");
    if (samples.isEmpty()) {
      throw new IllegalArgumentException(
          "samples names no column; name those that hold them, as in samples => DESCRIPTOR(v)");
    }
    boolean rate = arguments.has("rate");
    Optional<String> rateColumn =
        arguments.column("rate_column", "rate_column => DESCRIPTOR(sample_rate_hz)");
    if (rate && rateColumn.isPresent()) {
      throw new IllegalArgumentException(
          "rate and rate_column are both given; the rate is one number, as in rate => 100.0, or in"
              + " a column, as in rate_column => DESCRIPTOR(sample_rate_hz)");
    }
    checkOrder(arguments, options);
    FrameColumns columns =
        FrameColumns.of(
            arguments.rowType("input"),
            arguments.table("input").partitionByColumns(),
            new FrameColumns.Names(
                samples,
                arguments
                    .column("start_time", "start_time => DESCRIPTOR(start_time)")
                    .orElse(timeColumn),
                rateColumn.orElse(null),
                arguments
                    .column("end_of_segment", "end_of_segment => DESCRIPTOR(is_last)")
                    .orElse(null)));
    return new Inputs(options, columns, rate || rateColumn.isPresent());
  }

  private static void checkOrder(CallArguments arguments, Configuration options) {
    if (arguments.table("input").orderByColumns().length > 0
        && options.get(ScoringOptions.ORDERING) == ScoringConfig.Ordering.SORTED) {
      throw new IllegalArgumentException(
          "rows would be sorted twice, by ORDER BY and by 'ssm.ordering' = 'sorted'; leave out ORDER"
              + " BY, which makes Flink drop late rows without a trace");
    }
  }
}
