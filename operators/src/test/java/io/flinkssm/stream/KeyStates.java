package io.flinkssm.stream;

import java.util.Random;

/** States of keys with arbitrary but valid content. */
public final class KeyStates {

  private KeyStates() {}

  /** A state of either precision, with or without an open segment; the same for the same seed. */
  public static KeyState<?> random(long seed) {
    KeyState<?> state = ofFormat1(seed);
    Random random = new Random(~seed);
    state.clockValue = random.nextGaussian();
    state.clockCount = random.nextInt();
    if (state.isOpen()) {
      state.activatedMicros = random.nextLong();
      state.retainedFrom = random.nextLong();
    }
    return state;
  }

  /** As {@link #random}, with what was not stored in format version 1 as it is read from there. */
  public static KeyState<?> ofFormat1(long seed) {
    Random random = new Random(seed);
    boolean open = random.nextInt(3) > 0;
    if (random.nextBoolean()) {
      KeyState<float[]> state = header(new KeyState<>(), random, open);
      if (open) {
        state.recurrence = floats(random, random.nextInt(14));
        state.lastOutput = floats(random, random.nextInt(3));
      }
      return state;
    }
    KeyState<double[]> state = header(new KeyState<>(), random, open);
    if (open) {
      state.recurrence = doubles(random, random.nextInt(14));
      state.lastOutput = doubles(random, 3);
    }
    return state;
  }

  private static <A> KeyState<A> header(KeyState<A> state, Random random, boolean open) {
    state.modelId = random.nextLong();
    state.anchorMicros = random.nextLong();
    state.sinceAnchor = random.nextInt(1000);
    state.sampleRateHz = random.nextDouble();
    state.setTimerMillis(random.nextLong());
    state.segmentStartMicros = random.nextLong();
    for (int i = random.nextInt(12); i > 0; i--) {
      state.remember(random.nextLong());
    }
    if (open) {
      state.position = 1L + random.nextInt(1 << 30);
      state.retainedFrom = state.position;
      state.label = random.nextInt(5) - 1;
      state.lastSample = new float[] {random.nextFloat(), Float.MIN_VALUE, -0f};
    }
    return state;
  }

  private static float[] floats(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static double[] doubles(Random random, int length) {
    return random.doubles(length).toArray();
  }
}
