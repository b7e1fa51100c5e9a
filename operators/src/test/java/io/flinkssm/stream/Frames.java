package io.flinkssm.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Signals and the frames they are cut into. */
public final class Frames {
  /** Start of all test signals. */
  public static final long T0 = 1_700_000_000_000_000L;

  private Frames() {}

  /** {@code samples × channels} values in (−1, 1), not centred, the same for the same seed. */
  public static float[] signal(long seed, int samples, int channels) {
    Random random = new Random(seed);
    float[] values = new float[samples * channels];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.1 + 0.9 * (2 * random.nextDouble() - 1));
    }
    return values;
  }

  /** Samples {@code from} … {@code to} of a one-channel signal that starts at {@link #T0}. */
  public static Frame cut(String key, float[] signal, int from, int to, double rate) {
    return frame(
        key, T0 + Math.round(from * 1e6 / rate), rate, Arrays.copyOfRange(signal, from, to));
  }

  /** A one-channel frame. */
  public static Frame frame(String key, long startMicros, double rate, float... samples) {
    return new Frame(key, startMicros, rate, 1, samples, false, new Frame.Origin("t", 0, 7));
  }

  /** The same frame as the last of its segment. */
  public static Frame last(Frame f) {
    return new Frame(
        f.key(), f.startMicros(), f.sampleRateHz(), f.channels(), f.samples(), true, f.origin());
  }

  /** The same frame at another time. */
  public static Frame at(Frame f, long startMicros) {
    return new Frame(
        f.key(),
        startMicros,
        f.sampleRateHz(),
        f.channels(),
        f.samples(),
        f.endOfSegment(),
        f.origin());
  }

  /** A one-channel signal in frames of the given length, the last one perhaps shorter. */
  public static List<Frame> split(String key, float[] signal, int length, double rate) {
    List<Frame> frames = new ArrayList<>();
    for (int from = 0; from < signal.length; from += length) {
      frames.add(cut(key, signal, from, Math.min(from + length, signal.length), rate));
    }
    return frames;
  }

  /** A one-channel signal in frames of random lengths. */
  public static List<Frame> splitAnywhere(String key, float[] signal, double rate, long seed) {
    Random random = new Random(seed);
    List<Frame> frames = new ArrayList<>();
    for (int from = 0; from < signal.length; ) {
      int to = Math.min(signal.length, from + 1 + random.nextInt(1 + random.nextInt(400)));
      frames.add(cut(key, signal, from, to, rate));
      from = to;
    }
    return frames;
  }
}
