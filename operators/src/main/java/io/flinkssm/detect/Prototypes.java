package io.flinkssm.detect;

import java.util.Arrays;

/**
 * A bounded set of points that stand for all that was seen. A new point is as novel as it is far
 * from the nearest of them. One within a radius pulls its prototype a little; another becomes a
 * prototype. When all are in use, the one that was matched longest ago gives way and the radius
 * grows, so that the set comes to cover what the stream does.
 */
final class Prototypes {
  /** Points taken before the first prototype, while the scale of features settles. */
  private static final int SKIPPED = 20;

  /** How far a prototype moves towards a point that it matches. */
  private static final double PULL = 0.1;

  private static final double FIRST_RADIUS = 0.05;
  private static final double GROWTH = 1.02;

  private final int features;
  private final int capacity;
  private final int used;
  private final int radius;
  private final Recency matches;
  private final int points;

  /**
   * A set of prototypes.
   *
   * @param offset of its {@link #size} places in the state of a key; all zeros are an empty set
   * @param features of a point
   * @param capacity prototypes that are kept at most
   */
  Prototypes(int offset, int features, int capacity) {
    this.features = features;
    this.capacity = capacity;
    used = offset;
    radius = offset + 1;
    matches = new Recency(offset + 2, capacity);
    points = offset + 2 + Recency.size(capacity);
  }

  /** Places in the state. */
  static int size(int features, int capacity) {
    return 2 + Recency.size(capacity) + capacity * features;
  }

  /**
   * Takes a point; its distance from the nearest prototype, 0 for the first ones.
   *
   * @param distances scratch, at least as long as the capacity
   */
  double distance(double[] state, double[] point, double[] distances) {
    matches.tick(state);
    if (matches.now(state) <= SKIPPED) {
      return 0;
    }
    int count = (int) state[used];
    if (count == 0) {
      add(state, point);
      return 0;
    }
    measure(state, point, count, distances);
    int nearest = least(distances, count);
    double distance = Math.sqrt(distances[nearest]);
    if (distance > state[radius]) {
      add(state, point);
    } else {
      matches.touch(state, nearest);
      for (int f = 0; f < features; f++) {
        int at = points + f * capacity + nearest;
        state[at] += PULL * (point[f] - state[at]);
      }
    }
    return distance;
  }

  /** Squared distances, feature by feature: a loop over prototypes is one of vectors. */
  private void measure(double[] state, double[] point, int count, double[] distances) {
    Arrays.fill(distances, 0, count, 0);
    for (int f = 0; f < features; f++) {
      accumulate(state, points + f * capacity, point[f], distances, count);
    }
  }

  private static void accumulate(double[] a, int from, double x, double[] sums, int count) {
    for (int i = 0; i < count; i++) {
      double d = a[from + i] - x;
      sums[i] += d * d;
    }
  }

  private void add(double[] state, double[] point) {
    int slot = (int) state[used];
    if (slot < capacity) {
      state[used]++;
    } else {
      slot = matches.oldest(state);
      state[radius] = Math.max(FIRST_RADIUS, state[radius] * GROWTH);
    }
    matches.touch(state, slot);
    for (int f = 0; f < features; f++) {
      state[points + f * capacity + slot] = point[f];
    }
  }

  /** Which of so many elements is the smallest; the first of several. */
  private static int least(double[] a, int count) {
    int least = 0;
    double smallest = a[0];
    for (int i = 1; i < count; i++) {
      if (a[i] < smallest) {
        smallest = a[i];
        least = i;
      }
    }
    return least;
  }
}
