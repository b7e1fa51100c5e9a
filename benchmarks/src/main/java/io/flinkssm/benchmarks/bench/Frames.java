package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.Scorer;
import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.stream.ScoringCounters;
import io.flinkssm.stream.ScoringSink;

/** A scorer and its keys, fed with contiguous frames: the operator's work without Flink. */
final class Frames {
  private static final long START_MICROS = 1_700_000_000_000_000L;

  private static final ScoringSink SINK =
      new ScoringSink() {
        @Override
        public void score(Score score) {}

        @Override
        public void reject(Rejection rejection) {
          throw new IllegalStateException("a frame of the benchmark is rejected: " + rejection);
        }
      };

  private final Scorer<float[]> scorer;

  Frames(SequenceModel model, ScoringConfig.Emit emit) {
    this(model, ScoringConfig.builder().emit(emit).build());
  }

  Frames(SequenceModel model, ScoringConfig config) {
    scorer = new Scorer<>(model, Kernels.float32(), config, ScoringCounters.NONE);
  }

  /** Bytes of a key's recurrence. */
  long stateBytes() {
    return (long) scorer.stateLength() * Float.BYTES;
  }

  /** Samples for frames, not centred on zero. */
  static float[] samples(int count) {
    float[] samples = new float[count];
    double[] noise = Layers.noise(count, 5);
    for (int i = 0; i < count; i++) {
      samples[i] = (float) noise[i];
    }
    return samples;
  }

  /** One key; frames follow each other without gap. */
  final class Key {
    private final String name;
    private KeyState<float[]> state;

    Key(String name) {
      this.name = name;
    }

    /** Where the key stands. */
    long position() {
      return state == null ? 0 : state.position();
    }

    /** A key of the same past. */
    Key copy() {
      Key copy = new Key(name);
      copy.state = state.copy();
      return copy;
    }

    /** The frame that continues the key's signal. */
    Frame next(float[] samples, double rateHz) {
      long start = state == null ? START_MICROS : state.nextMicros();
      return new Frame(name, start, rateHz, 1, samples, false, Frame.Origin.UNKNOWN);
    }

    /** A frame that states no rate, {@code micros} after the start of the signal. */
    Frame at(long micros, float[] samples) {
      return new Frame(name, START_MICROS + micros, 0, 1, samples, false, Frame.Origin.UNKNOWN);
    }

    /** Checks and scores a frame. */
    void score(Frame frame) {
      if (scorer.check(frame, SINK)) {
        state = scorer.score(state, frame, SINK);
      }
    }

    void scoreNext(float[] samples) {
      score(next(samples, Layers.RATE_HZ));
    }
  }
}
