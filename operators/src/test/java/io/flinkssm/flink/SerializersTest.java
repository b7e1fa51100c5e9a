package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.model.KernelSummary;
import io.flinkssm.stream.CarriedState;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.KeyStates;
import io.flinkssm.stream.KeyWindows;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.SamplePiece;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.Window;
import io.flinkssm.stream.WindowScore;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeutils.SerializerTestBase;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.testutils.DeeplyEqualsChecker;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Flink's own checks of a serializer, on each of ours. */
class SerializersTest {

  /** Components of a record as text: arrays by content, every bit of a number. */
  private static List<String> components(Object record) {
    return Arrays.stream(record.getClass().getRecordComponents())
        .map(
            component -> {
              try {
                Object value = component.getAccessor().invoke(record);
                return value instanceof Record inner
                    ? components(inner).toString()
                    : Arrays.deepToString(new Object[] {value});
              } catch (ReflectiveOperationException e) {
                throw new LinkageError("cannot read " + component, e);
              }
            })
        .toList();
  }

  private abstract static class Base<T> extends SerializerTestBase<T> {
    private final TypeSerializer<T> serializer;
    private final Class<T> type;

    Base(TypeSerializer<T> serializer, Class<T> type) {
      super(
          new DeeplyEqualsChecker()
              .withCustomCheck(
                  (a, b) -> a instanceof Record && b instanceof Record,
                  (a, b, checker) -> components(a).equals(components(b))));
      this.serializer = serializer;
      this.type = type;
    }

    @Override
    protected TypeSerializer<T> createSerializer() {
      return serializer.duplicate();
    }

    @Override
    protected int getLength() {
      return -1;
    }

    @Override
    protected Class<T> getTypeClass() {
      return type;
    }
  }

  @Nested
  class OfKeyState extends Base<KeyState<?>> {
    @SuppressWarnings("unchecked") // There is no class literal of a generic type.
    OfKeyState() {
      super(new KeyStateSerializer(), (Class<KeyState<?>>) (Class<?>) KeyState.class);
    }

    @Override
    protected KeyState<?>[] getTestData() {
      KeyState<?>[] data = new KeyState<?>[13];
      for (int i = 0; i < data.length; i++) {
        data[i] = KeyStates.random(i);
      }
      return data;
    }
  }

  /** Records are made by their constructors only, so there is no empty instance. */
  private abstract static class OfRecord<T> extends Base<T> {
    OfRecord(TypeSerializer<T> serializer, Class<T> type) {
      super(serializer, type);
    }

    @Override
    protected boolean allowNullInstances(TypeSerializer<T> serializer) {
      return true;
    }
  }

  @Nested
  class OfFrame extends OfRecord<Frame> {
    OfFrame() {
      super(new FrameSerializer(), Frame.class);
    }

    @Override
    protected Frame[] getTestData() {
      Frame.Origin origin = new Frame.Origin("topic", 3, 1L << 40);
      return new Frame[] {
        new Frame("k", -5, 16000, 2, new float[] {1, Float.NaN, -0f, 3}, true, origin),
        new Frame(null, Long.MIN_VALUE, Double.NaN, 0, null, false, Frame.Origin.UNKNOWN),
        new Frame("käse", 1, 1e-3, 1, new float[0], false, Frame.Origin.UNKNOWN),
        new Frame("long", 1, 1, 1, new float[1013], false, origin),
      };
    }
  }

  @Nested
  class OfScore extends OfRecord<Score> {
    OfScore() {
      super(new ScoreSerializer(), Score.class);
    }

    @Override
    protected Score[] getTestData() {
      double[] outputs = {1, -2.5, Double.MIN_VALUE};
      return new Score[] {
        new Score("k", 1, 2, 3, 4, "m", "v", "classification", outputs, outputs, "on", true),
        new Score("", -1, 1, 0, 0.1, "", "", "features", new double[0], new double[0], "", false),
      };
    }
  }

  @Nested
  class OfWindowScore extends OfRecord<WindowScore> {
    OfWindowScore() {
      super(new WindowScoreSerializer(), WindowScore.class);
    }

    @Override
    protected WindowScore[] getTestData() {
      return new WindowScore[] {score(null), score(streaming("on")), score(streaming(""))};
    }

    private static WindowScore.Streaming streaming(String label) {
      return new WindowScore.Streaming(5, new double[] {1, Double.NaN}, label, "v0");
    }

    private static WindowScore score(WindowScore.Streaming streaming) {
      double[] outputs = {1, -2.5, Double.MIN_VALUE};
      return new WindowScore(
          "k",
          1,
          2,
          3,
          4,
          5,
          6.5,
          "m",
          "v",
          "ab",
          "classification",
          "fft",
          "float64",
          true,
          outputs,
          new double[0],
          "x",
          streaming == null,
          streaming,
          streaming == null ? 0 : 7,
          Double.POSITIVE_INFINITY);
    }
  }

  @Nested
  class OfKernelSummary extends OfRecord<KernelSummary> {
    OfKernelSummary() {
      super(new KernelSummarySerializer(), KernelSummary.class);
    }

    @Override
    protected KernelSummary[] getTestData() {
      double[] curve = {1, 2, -3};
      return new KernelSummary[] {
        new KernelSummary(
            "m", "v", "l", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, curve, new double[0])
      };
    }
  }

  @Nested
  class OfKeyWindows extends OfRecord<KeyWindows> {
    OfKeyWindows() {
      super(new KeyWindowsSerializer(), KeyWindows.class);
    }

    @Override
    protected KeyWindows[] getTestData() {
      Window one = new Window(1, 2, 3, 4, 5, true);
      Window other = new Window(1L << 40, 1 << 18, -3, 1L << 41, 5, false);
      return new KeyWindows[] {
        KeyWindows.EMPTY, new KeyWindows(1, 2, 3, 4, 5, 6, 7, List.of(one, other))
      };
    }
  }

  @Nested
  class OfSamplePiece extends OfRecord<SamplePiece> {
    OfSamplePiece() {
      super(new SamplePieceSerializer(), SamplePiece.class);
    }

    @Override
    protected SamplePiece[] getTestData() {
      return new SamplePiece[] {
        new SamplePiece(0.1, -5, 3, 2, new float[] {1, -0f, 3, 4}),
        new SamplePiece(48_000, 1L << 50, 0, 1, new float[1013])
      };
    }
  }

  @Nested
  class OfCarriedState extends OfRecord<CarriedState> {
    OfCarriedState() {
      super(new CarriedStateSerializer(), CarriedState.class);
    }

    @Override
    protected CarriedState[] getTestData() {
      return new CarriedState[] {
        new CarriedState(-1, 1, new float[] {1, 2}), new CarriedState(3, 4, new double[] {5})
      };
    }
  }

  @Nested
  class OfRejection extends OfRecord<Rejection> {
    OfRejection() {
      super(new RejectionSerializer(), Rejection.class);
    }

    @Override
    protected Rejection[] getTestData() {
      Rejection[] data = new Rejection[Rejection.Reason.values().length];
      int i = 0;
      for (Rejection.Reason reason : Rejection.Reason.values()) {
        Frame.Origin origin = new Frame.Origin("t", 1, 2);
        data[i] = new Rejection(reason, "why", "k", origin, 3, new byte[i]);
        i++;
      }
      return data;
    }
  }

  @Nested
  class OfRelease extends OfRecord<Release> {
    OfRelease() {
      super(new ReleaseSerializer(), Release.class);
    }

    @Override
    protected Release[] getTestData() {
      Release[] data = new Release[Release.StatePolicy.values().length];
      int i = 0;
      for (Release.StatePolicy policy : Release.StatePolicy.values()) {
        data[i] = new Release("größe", "v" + i, "s3://b/m", "ab", -1L << (60 * i), policy, i - 1);
        i++;
      }
      return data;
    }
  }

  @Nested
  class OfRetainedSamples extends OfRecord<RetainedSamples> {
    OfRetainedSamples() {
      super(new RetainedSamplesSerializer(), RetainedSamples.class);
    }

    @Override
    protected RetainedSamples[] getTestData() {
      RetainedSamples one = RetainedSamples.of(3, 1L << 40, 44.1, new float[] {1, -0f, 2, 9}, 3);
      return new RetainedSamples[] {
        one, one.and(5, 44.1, new float[300], 300), one.and(6, 8, new float[2], 1)
      };
    }
  }

  @Test
  void unknownVersionsAreNamed() throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    out.writeByte(9);
    DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
    assertThatThrownBy(() -> new FrameSerializer().deserialize(in))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("FrameSerializer")
        .hasMessageContaining("found 9");
  }

  @Test
  void savepointsOfNewerFormatsAreRefusedAndOlderOnesAreNot() throws IOException {
    KeyStateSerializerSnapshot current = new KeyStateSerializerSnapshot();
    assertThat(compatibility(current, 1).isCompatibleAsIs()).isTrue();
    assertThat(compatibility(current, 99).isIncompatible()).isTrue();
    assertThatThrownBy(
            () ->
                current.readSnapshot(
                    2, new DataInputDeserializer(new byte[4]), getClass().getClassLoader()))
        .hasMessageContaining("version 2");
  }

  private TypeSerializerSchemaCompatibility<KeyState<?>> compatibility(
      KeyStateSerializerSnapshot current, int formatVersion) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(4);
    out.writeInt(formatVersion);
    KeyStateSerializerSnapshot old = new KeyStateSerializerSnapshot();
    old.readSnapshot(
        1, new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
    return current.resolveSchemaCompatibility(old);
  }
}
