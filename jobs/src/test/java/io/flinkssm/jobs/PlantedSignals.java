package io.flinkssm.jobs;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Frame.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Quiet signals in which something happens once, as frames. */
final class PlantedSignals {
  /** Samples before the event. */
  static final int EVENT = 1200;

  /** Samples of a signal. */
  static final int SAMPLES = 2000;

  static final double RATE_HZ = 360;
  private static final int FRAME = 36;
  private static final long START_MICROS = 1_700_000_000_000_000L;
  private static final long SECOND = 1_000_000;

  private PlantedSignals() {}

  /** What happens to a signal. */
  enum Event {
    NOTHING,
    /** One sample far off. */
    SPIKE,
    /** All further samples lie elsewhere. */
    SHIFT;

    private double at(int t) {
      return switch (this) {
        case NOTHING -> 0;
        case SPIKE -> t == EVENT ? 100 : 0;
        case SHIFT -> t >= EVENT ? 100 : 0;
      };
    }
  }

  /** Readings that come when they come, 20 to 100 s apart, each a frame without a rate. */
  static List<Frame> readings(String key, Event event) {
    Random random = new Random(key.hashCode());
    float[] values = values(random, 1, 0, event);
    List<Frame> frames = new ArrayList<>();
    long time = START_MICROS;
    for (float value : values) {
      frames.add(new Frame(key, time, 0, 1, new float[] {value}, false, Origin.UNKNOWN));
      time += (20 + random.nextInt(80)) * SECOND + random.nextInt(1000);
    }
    return frames;
  }

  /** A signal at a steady rate in frames of a tenth of a second. */
  static List<Frame> steady(String key, int channels, int channel, Event event) {
    float[] values = values(new Random(key.hashCode()), channels, channel, event);
    List<Frame> frames = new ArrayList<>();
    for (int t = 0; t < SAMPLES; t += FRAME) {
      int length = Math.min(FRAME, SAMPLES - t);
      float[] samples = new float[length * channels];
      System.arraycopy(values, t * channels, samples, 0, samples.length);
      long time = START_MICROS + Math.round(t * 1e6 / RATE_HZ);
      frames.add(new Frame(key, time, RATE_HZ, channels, samples, false, Origin.UNKNOWN));
    }
    return frames;
  }

  private static float[] values(Random random, int channels, int channel, Event event) {
    float[] values = new float[SAMPLES * channels];
    for (int t = 0; t < SAMPLES; t++) {
      for (int c = 0; c < channels; c++) {
        double happens = c == channel ? event.at(t) : 0;
        values[t * channels + c] = (float) (20 + random.nextGaussian() + happens);
      }
    }
    return values;
  }
}
