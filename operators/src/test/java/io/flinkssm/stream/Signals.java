package io.flinkssm.stream;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.frame;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Signals to detect something in. */
public final class Signals {
  /** Rate of the regular ones, Hz: intervals are whole microseconds. */
  public static final double RATE = 10;

  private Signals() {}

  /** A slow wave in noise, which nothing unusual happens to. */
  public static float[] quiet(long seed, int samples) {
    Random random = new Random(seed);
    float[] values = new float[samples];
    for (int i = 0; i < samples; i++) {
      values[i] = (float) (20 + Math.sin(2 * Math.PI * i / 100) + 0.1 * random.nextGaussian());
    }
    return values;
  }

  /** A quiet signal with one value, three quarters in, that any sound detector must see. */
  public static float[] spiked(long seed, int samples) {
    float[] values = quiet(seed, samples);
    values[samples * 3 / 4] = 1000;
    return values;
  }

  /** A signal as readings without a rate, some 0.05 to 5 s apart and now and then an hour. */
  public static List<Frame> readings(String key, float[] signal, long seed) {
    Random random = new Random(seed);
    List<Frame> frames = new ArrayList<>();
    long time = T0;
    for (float value : signal) {
      frames.add(frame(key, time, 0, value));
      time += Math.round(50_000 * Math.pow(100, random.nextDouble()));
      time += random.nextInt(200) == 0 ? 3_600_000_000L : 0;
    }
    return frames;
  }
}
