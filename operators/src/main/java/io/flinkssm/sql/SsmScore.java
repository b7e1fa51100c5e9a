package io.flinkssm.sql;

import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.ScoringConfig;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.dataview.MapView;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.inference.StaticArgument;
import org.apache.flink.types.ColumnList;

/**
 * {@code SsmScore}: scores the rows of each key with a model that has seen the key's whole history.
 *
 * <pre>{@code
 * SELECT * FROM SsmScore(
 *   input => TABLE readings PARTITION BY device,
 *   on_time => DESCRIPTOR(ts),
 *   model => 'file:///models/pump',
 *   samples => DESCRIPTOR(v),
 *   uid => 'pump-v1')
 * }</pre>
 *
 * <p>Its arguments, its columns and its status are described in {@code docs/sql.md}.
 */
public final class SsmScore extends KeyedFunction {
  private static final long serialVersionUID = 1;

  private static final List<StaticArgument> ARGUMENTS =
      List.of(
          inputTable(),
          StaticArgument.scalar("model", DataTypes.STRING().bridgedTo(StringData.class), false),
          StaticArgument.scalar("samples", DataTypes.DESCRIPTOR(), false),
          StaticArgument.scalar("rate", DataTypes.DOUBLE(), true),
          StaticArgument.scalar("rate_column", DataTypes.DESCRIPTOR(), true),
          StaticArgument.scalar("start_time", DataTypes.DESCRIPTOR(), true),
          StaticArgument.scalar("end_of_segment", DataTypes.DESCRIPTOR(), true),
          StaticArgument.scalar("options", Inputs.OPTIONS, true));

  public SsmScore() {
    this(null);
  }

  private SsmScore(ScoringCall call) {
    super(new ScoreRows(), call);
  }

  @Override
  List<StaticArgument> arguments() {
    return ARGUMENTS;
  }

  @Override
  ScoringCall read(CallArguments arguments, String timeColumn) {
    Inputs inputs = Inputs.read(arguments, timeColumn, FunctionOptions.ofScore());
    inputs
        .options()
        .set(
            ScoringOptions.MODEL_PATH,
            arguments
                .text("model", "model => 'file:///models/pump'")
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "model is NULL; give the URI of a model directory, as in model =>"
                                + " 'file:///models/pump'")));
    if (!inputs.statesRate() && !inputs.options().contains(ScoringOptions.SAMPLING)) {
      inputs.options().set(ScoringOptions.SAMPLING, ScoringConfig.Sampling.DERIVED);
    }
    // Also checks what options mean together.
    ScoringOptions.scoring(inputs.options());
    return new ScoringCall(inputs.options(), inputs.columns(), false);
  }

  @Override
  KeyedFunction specialized(ScoringCall call) {
    return new SsmScore(call);
  }

  /** Called by Flink for every row. */
  public void eval(
      Context context,
      MapView<Byte, KeyState<?>> state,
      RowData input,
      StringData model,
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
      StringData model,
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
