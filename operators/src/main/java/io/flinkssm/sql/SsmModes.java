package io.flinkssm.sql;

import io.flinkssm.model.LayerMode;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import io.flinkssm.ssm.RateMethod;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.StaticArgument;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.types.Row;

/**
 * {@code SsmModes(model [, layer] [, rate_hz])}: one row for each mode of each channel of the
 * layers of a model, as {@link LayerMode} describes them.
 */
public final class SsmModes extends TableFunction<Row> implements SpecializedFunction {
  private static final long serialVersionUID = 1;

  private static final DataType MODES =
      DataTypes.ROW(
              DataTypes.FIELD("layer", DataTypes.STRING().notNull()),
              DataTypes.FIELD("channel", DataTypes.INT().notNull()),
              DataTypes.FIELD("mode", DataTypes.INT().notNull()),
              DataTypes.FIELD("lambda_re", DataTypes.DOUBLE().notNull()),
              DataTypes.FIELD("lambda_im", DataTypes.DOUBLE().notNull()),
              DataTypes.FIELD("abar_re", DataTypes.DOUBLE().notNull()),
              DataTypes.FIELD("abar_im", DataTypes.DOUBLE().notNull()),
              DataTypes.FIELD("time_constant_s", DataTypes.DOUBLE().notNull()),
              DataTypes.FIELD("frequency_hz", DataTypes.DOUBLE().notNull()),
              DataTypes.FIELD("delta_s", DataTypes.DOUBLE().notNull()),
              DataTypes.FIELD("delta", DataTypes.DOUBLE().notNull()),
              DataTypes.FIELD("aliased", DataTypes.BOOLEAN().notNull()))
          .notNull();

  private final DataType rateType;
  private transient ModelArgument models;

  /** The function as it is listed. */
  public SsmModes() {
    this(DataTypes.DOUBLE());
  }

  private SsmModes(DataType rateType) {
    this.rateType = rateType;
  }

  /** Arguments given by name are not cast by Flink: the rate is taken as the number it is. */
  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    return new SsmModes(context.getCallContext().getArgumentDataTypes().get(2).nullable());
  }

  /** No rows for a NULL model; those of all layers for a NULL layer. */
  public void eval(String model, String layer, Number rateHz) {
    if (model == null) {
      return;
    }
    if (models == null) {
      models = new ModelArgument();
    }
    SequenceModel read = models.model(model);
    double rate = ModelArgument.rate(read, rateHz);
    List<StateSpaceLayer> layers =
        layer == null ? read.stateSpaces() : List.of(ModelArgument.layer(read, layer));
    for (StateSpaceLayer each : layers) {
      LayerMode.of(read.info(), each, rate, RateMethod.AUTO).forEach(mode -> collect(row(mode)));
    }
  }

  private static Row row(LayerMode mode) {
    return Row.of(
        mode.layer(),
        mode.channel(),
        mode.mode(),
        mode.lambdaRe(),
        mode.lambdaIm(),
        mode.aBarRe(),
        mode.aBarIm(),
        mode.timeConstantSeconds(),
        mode.frequencyHz(),
        mode.deltaSeconds(),
        mode.delta(),
        mode.aliased());
  }

  @Override
  public void close() {
    if (models != null) {
      models.close();
    }
  }

  @Override
  public TypeInference getTypeInference(DataTypeFactory types) {
    return TypeInference.newBuilder()
        .staticArguments(
            StaticArgument.scalar("model", DataTypes.STRING(), false),
            StaticArgument.scalar("layer", DataTypes.STRING(), true),
            StaticArgument.scalar("rate_hz", rateType, true))
        .outputTypeStrategy(
            call -> {
              plan(call);
              return Optional.of(MODES);
            })
        .build();
  }

  /** Checks what is known before the query runs. */
  private static void plan(CallContext call) {
    ModelArgument.planned(call, 0)
        .ifPresent(
            model -> {
              ModelArgument.literal(call, 1, String.class)
                  .ifPresent(name -> ModelArgument.layer(model, name));
              ModelArgument.rate(model, ModelArgument.literal(call, 2, Double.class).orElse(null));
            });
  }
}
