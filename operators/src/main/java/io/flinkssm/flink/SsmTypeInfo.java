package io.flinkssm.flink;

import io.flinkssm.model.KernelSummary;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.WindowScore;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * Flink's view of the records of this library. Give {@link #FRAME} to whatever makes frames, as in
 * {@code source.map(…).returns(SsmTypeInfo.FRAME)}; then nothing falls back to a generic
 * serializer, and samples move in bulk.
 */
public final class SsmTypeInfo<T> extends TypeInformation<T> {
  /** Signal frames. */
  public static final SsmTypeInfo<Frame> FRAME =
      new SsmTypeInfo<>(Frame.class, new FrameSerializer());

  /** Scores. */
  public static final SsmTypeInfo<Score> SCORE =
      new SsmTypeInfo<>(Score.class, new ScoreSerializer());

  /** Rejected records. */
  public static final SsmTypeInfo<Rejection> REJECTION =
      new SsmTypeInfo<>(Rejection.class, new RejectionSerializer());

  /** Model releases. */
  public static final SsmTypeInfo<Release> RELEASE =
      new SsmTypeInfo<>(Release.class, new ReleaseSerializer());

  /** Scores of windows. */
  public static final SsmTypeInfo<WindowScore> WINDOW_SCORE =
      new SsmTypeInfo<>(WindowScore.class, new WindowScoreSerializer());

  /** Summaries of convolution kernels. */
  public static final SsmTypeInfo<KernelSummary> KERNEL_SUMMARY =
      new SsmTypeInfo<>(KernelSummary.class, new KernelSummarySerializer());

  private final Class<T> type;
  private final TypeSerializer<T> serializer;

  private SsmTypeInfo(Class<T> type, TypeSerializer<T> serializer) {
    this.type = type;
    this.serializer = serializer;
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return serializer.duplicate();
  }

  @Override
  public Class<T> getTypeClass() {
    return type;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof SsmTypeInfo;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SsmTypeInfo<?> that && type == that.type;
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }

  @Override
  public String toString() {
    return "Ssm" + type.getSimpleName();
  }
}
