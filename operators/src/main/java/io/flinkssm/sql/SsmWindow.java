package io.flinkssm.sql;

import java.util.List;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.ArgumentCount;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.ConstantArgumentCount;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.Signature;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * {@code SsmWindow(samples, ts)}: the samples of a group as one {@code ARRAY<FLOAT>}, in order of
 * time whatever the order of arrival, for {@code ML_PREDICT}. A value is a number, or an array of
 * numbers, all of which have their place by the one time.
 *
 * <p>A NULL value, whole or in an array, becomes one NaN, of which the model's policy decides. A
 * group without rows gives NULL. Rows cannot be retracted.
 */
public final class SsmWindow extends AggregateFunction<float[], TimedSamples>
    implements SpecializedFunction {
  private static final long serialVersionUID = 1;

  private static final DataType SAMPLES =
      DataTypes.ARRAY(DataTypes.FLOAT()).bridgedTo(float[].class);

  private final LogicalType element;

  /** The function as it is listed. */
  public SsmWindow() {
    this(new FloatType());
  }

  /**
   * @param element what frames have
   */
  private SsmWindow(LogicalType element) {
    this.element = element;
  }

  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    LogicalType value = context.getCallContext().getArgumentDataTypes().get(0).getLogicalType();
    return value.is(LogicalTypeRoot.ARRAY) ? new SsmWindow(value.getChildren().get(0)) : this;
  }

  @Override
  public TimedSamples createAccumulator() {
    return new TimedSamples();
  }

  /** Adds one sample with a timestamp. */
  public void accumulate(TimedSamples window, Number value, TimestampData time) throws Exception {
    accumulate(window, value, micros(time));
  }

  /** Adds a frame with a timestamp. */
  public void accumulate(TimedSamples window, ArrayData frame, TimestampData time)
      throws Exception {
    accumulate(window, frame, micros(time));
  }

  /** Adds one sample. */
  public void accumulate(TimedSamples window, Number value, Long time) throws Exception {
    float sample = value == null ? Float.NaN : value.floatValue();
    window.add(present(time), sample);
  }

  /** Adds a frame. */
  public void accumulate(TimedSamples window, ArrayData frame, Long time) throws Exception {
    if (frame == null) {
      accumulate(window, (Number) null, time);
      return;
    }
    float[] samples = new float[frame.size()];
    Numbers.copy(frame, element, samples, 0, 1);
    window.add(present(time), samples);
  }

  /** Adds the rows of other parts of the group: sessions that grew together, slices, partitions. */
  public void merge(TimedSamples window, Iterable<TimedSamples> others) throws Exception {
    for (TimedSamples other : others) {
      window.addAll(other);
    }
  }

  @Override
  public float[] getValue(TimedSamples window) {
    return window.inOrder();
  }

  private static Long micros(TimestampData time) {
    return time == null ? null : time.getMillisecond() * 1000 + time.getNanoOfMillisecond() / 1000;
  }

  private static long present(Long time) {
    if (time == null) {
      throw new IllegalArgumentException(
          "SsmWindow: the time of a row is NULL, so that its samples have no place; leave such rows out, for example by SsmWindow(v, ts) FILTER (WHERE ts IS NOT NULL)");
    }
    return time;
  }

  @Override
  public TypeInference getTypeInference(DataTypeFactory types) {
    return TypeInference.newBuilder()
        .inputTypeStrategy(new Arguments())
        .accumulatorTypeStrategy(call -> Optional.of(TimedSamples.TYPE))
        .outputTypeStrategy(call -> Optional.of(SAMPLES))
        .build();
  }

  /** A number or an array of floats, and a time. */
  private static final class Arguments implements InputTypeStrategy {

    @Override
    public ArgumentCount getArgumentCount() {
      return ConstantArgumentCount.of(2);
    }

    @Override
    public Optional<List<DataType>> inferInputTypes(CallContext call, boolean throwOnFailure) {
      DataType value = call.getArgumentDataTypes().get(0);
      DataType time = call.getArgumentDataTypes().get(1);
      if (!isSamples(value.getLogicalType())) {
        return call.fail(
            throwOnFailure,
            "the value has type %s, expected a number or an array of numbers; convert it, for example by CAST(v AS FLOAT), or decode bytes by SsmPcm16(v)",
            value.getLogicalType());
      }
      if (!isTime(time.getLogicalType())) {
        return call.fail(
            throwOnFailure,
            "the time has type %s, expected TIMESTAMP or TIMESTAMP_LTZ of up to microseconds, or BIGINT; convert it, for example by CAST(ts AS TIMESTAMP(6))",
            time.getLogicalType());
      }
      return Optional.of(
          List.of(
              value.getLogicalType().is(LogicalTypeRoot.ARRAY)
                  ? value.bridgedTo(ArrayData.class)
                  : value,
              time.getLogicalType().is(LogicalTypeRoot.BIGINT)
                  ? time
                  : time.bridgedTo(TimestampData.class)));
    }

    private static boolean isSamples(LogicalType type) {
      return Numbers.isNumber(type)
          || (type.is(LogicalTypeRoot.ARRAY) && Numbers.isNumber(type.getChildren().get(0)));
    }

    private static boolean isTime(LogicalType type) {
      return type.is(LogicalTypeRoot.BIGINT)
          || (type.isAnyOf(
                  LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE,
                  LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE)
              && LogicalTypeChecks.getPrecision(type) <= 6);
    }

    @Override
    public List<Signature> getExpectedSignatures(FunctionDefinition definition) {
      return List.of(
          Signature.of(
              Signature.Argument.of("samples", "<NUMERIC> | ARRAY<NUMERIC>"),
              Signature.Argument.of("ts", "TIMESTAMP(6) | TIMESTAMP_LTZ(6) | BIGINT")));
    }
  }
}
