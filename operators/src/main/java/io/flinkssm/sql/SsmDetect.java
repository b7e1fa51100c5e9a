package io.flinkssm.sql;

import io.flinkssm.flink.DetectionOptions;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.dataview.MapView;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.inference.StaticArgument;
import org.apache.flink.types.ColumnList;

/**
 * {@code SsmDetect}: how unusual each row of a key is by the key's own past, without a model.
 *
 * <pre>{@code
 * SELECT * FROM SsmDetect(
 *   input => TABLE readings PARTITION BY device,
 *   on_time => DESCRIPTOR(ts),
 *   samples => DESCRIPTOR(v),
 *   uid => 'readings-v1')
 * }</pre>
 *
 * <p>Its arguments, its columns and its status are described in {@code docs/sql.md}.
 */
public final class SsmDetect extends KeyedFunction {
  private static final long serialVersionUID = 1;

  private static final List<StaticArgument> ARGUMENTS =
      List.of(
          inputTable(),
          StaticArgument.scalar("samples", DataTypes.DESCRIPTOR(), false),
          StaticArgument.scalar("rate", DataTypes.DOUBLE(), true),
          StaticArgument.scalar("rate_column", DataTypes.DESCRIPTOR(), true),
          StaticArgument.scalar("start_time", DataTypes.DESCRIPTOR(), true),
          StaticArgument.scalar("end_of_segment", DataTypes.DESCRIPTOR(), true),
          StaticArgument.scalar("options", Inputs.OPTIONS, true));

  public SsmDetect() {
    this(null);
  }

  private SsmDetect(ScoringCall call) {
    super(new AnomalyRows(), call);
  }

  @Override
  List<StaticArgument> arguments() {
    return ARGUMENTS;
  }

  @Override
  ScoringCall read(CallArguments arguments, String timeColumn) {
    Inputs inputs = Inputs.read(arguments, timeColumn, FunctionOptions.ofDetect());
    if (inputs.columns().areArrays() && !inputs.statesRate()) {
      throw new IllegalArgumentException(
          "samples is an array, but nothing says how far its samples are apart; add rate => 100.0 or"
              + " rate_column => DESCRIPTOR(sample_rate_hz)");
    }
    if (!inputs.columns().areArrays()) {
      int columns = inputs.columns().channels();
      int channels = inputs.options().getOptional(DetectionOptions.CHANNELS).orElse(columns);
      if (channels != columns) {
        throw new IllegalArgumentException(
            "samples has "
                + columns
                + " columns, but ssm.detect.channels is "
                + channels
                + "; leave the option out, it is for arrays");
      }
      inputs.options().set(DetectionOptions.CHANNELS, columns);
    }
    // Also checks what options mean together.
    DetectionOptions.rules(inputs.options());
    DetectionOptions.detector(inputs.options());
    return new ScoringCall(DetectionOptions.withDefaults(inputs.options()), inputs.columns(), true);
  }

  @Override
  KeyedFunction specialized(ScoringCall call) {
    return new SsmDetect(call);
  }

  /** Called by Flink for every row. */
  public void eval(
      Context context,
      MapView<Byte, KeyState<?>> state,
      RowData input,
      ColumnList samples,
      Object rate,
      ColumnList rateColumn,
      ColumnList startTime,
      ColumnList endOfSegment,
      MapData options)
      throws Exception {
    take(context, state, null, input, rate);
  }

  /** Called by Flink for every row, with {@code ssm.ordering=sorted}. */
  public void eval(
      Context context,
      MapView<Byte, KeyState<?>> state,
      MapView<Long, List<Frame>> waiting,
      RowData input,
      ColumnList samples,
      Object rate,
      ColumnList rateColumn,
      ColumnList startTime,
      ColumnList endOfSegment,
      MapData options)
      throws Exception {
    take(context, state, waiting, input, rate);
  }
}
