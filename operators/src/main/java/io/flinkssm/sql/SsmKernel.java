package io.flinkssm.sql;

import io.flinkssm.model.LayerKernels;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import io.flinkssm.ssm.RateMethod;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.StaticArgument;
import org.apache.flink.table.types.inference.TypeInference;

/**
 * {@code SsmKernel(model, layer, channel, taps [, rate_hz])}: the convolution kernel of one channel
 * of a layer, the numbers that {@code ssm kernel} writes. Channels from H on are those of further
 * heads, and of the backward direction.
 */
public final class SsmKernel extends ScalarFunction implements SpecializedFunction {
  private static final long serialVersionUID = 1;

  /** Elements that can be NULL: Flink gives −1 for one beyond the end that cannot. */
  private static final DataType KERNEL =
      DataTypes.ARRAY(DataTypes.DOUBLE()).bridgedTo(double[].class);

  private final DataType rateType;
  private transient ModelArgument models;
  private transient Asked last;
  private transient LayerKernels kernels;

  /** What decides all kernels of a layer. */
  private record Asked(StateSpaceLayer layer, double rate, int taps) {}

  /** The function as it is listed. */
  public SsmKernel() {
    this(DataTypes.DOUBLE());
  }

  private SsmKernel(DataType rateType) {
    this.rateType = rateType;
  }

  /** Arguments given by name are not cast by Flink: the rate is taken as the number it is. */
  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    return new SsmKernel(context.getCallContext().getArgumentDataTypes().get(4).nullable());
  }

  /** NULL if an argument is NULL, but for the rate. */
  public double[] eval(String model, String layer, Integer channel, Integer taps, Number rateHz) {
    if (model == null || layer == null || channel == null || taps == null) {
      return null;
    }
    if (models == null) {
      models = new ModelArgument();
    }
    SequenceModel read = models.model(model);
    StateSpaceLayer found = ModelArgument.layer(read, layer);
    double rate = ModelArgument.rate(read, rateHz);
    check(found, channel, taps);
    // The channels of a layer are computed together, and are asked for one after the other.
    Asked asked = new Asked(found, rate, taps);
    if (!asked.equals(last)) {
      kernels = LayerKernels.of(read.info(), found, rate, RateMethod.AUTO, taps);
      last = asked;
    }
    return kernels.column(channel);
  }

  @Override
  public void close() {
    if (models != null) {
      models.close();
    }
  }

  /** Its result is an array, which the planner would compute and throw away. */
  @Override
  public boolean supportsConstantFolding() {
    return false;
  }

  @Override
  public TypeInference getTypeInference(DataTypeFactory types) {
    return TypeInference.newBuilder()
        .staticArguments(
            StaticArgument.scalar("model", DataTypes.STRING(), false),
            StaticArgument.scalar("layer", DataTypes.STRING(), false),
            StaticArgument.scalar("channel", DataTypes.INT(), false),
            StaticArgument.scalar("taps", DataTypes.INT(), false),
            StaticArgument.scalar("rate_hz", rateType, true))
        .outputTypeStrategy(
            call -> {
              plan(call);
              return Optional.of(KERNEL);
            })
        .build();
  }

  /** Checks what is known before the query runs. */
  private static void plan(CallContext call) {
    ModelArgument.planned(call, 0)
        .ifPresent(
            model -> {
              ModelArgument.rate(model, ModelArgument.literal(call, 4, Double.class).orElse(null));
              ModelArgument.literal(call, 1, String.class)
                  .map(name -> ModelArgument.layer(model, name))
                  .ifPresent(
                      layer ->
                          check(
                              layer,
                              ModelArgument.literal(call, 2, Integer.class).orElse(0),
                              ModelArgument.literal(call, 3, Integer.class).orElse(1)));
            });
  }

  private static void check(StateSpaceLayer layer, int channel, int taps) {
    int channels = LayerKernels.columns(layer);
    if (channel < 0 || channel >= channels) {
      throw new ValidationException(
          "channel is %d, expected 0 … %d: layer '%s' has %d kernels"
              .formatted(channel, channels - 1, layer.name(), channels));
    }
    int most = LayerKernels.mostTaps(layer);
    if (taps < 1 || taps > most) {
      throw new ValidationException(
          "taps is %d, expected 1 … %d for layer '%s'".formatted(taps, most, layer.name()));
    }
  }
}
