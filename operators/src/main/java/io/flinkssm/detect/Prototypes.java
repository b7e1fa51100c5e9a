package io.flinkssm.detect;

/**
 * A bounded set of points that stand for all that was seen. A new point is as novel as it is far
 * from the nearest of them. One within a radius pulls its prototype a little; another becomes a
 * prototype. When all are in use, the one that was matched longest ago gives way and the radius
 * grows, so that the set comes to cover what the stream does.
 */
final class Prototypes {
  /** Of a point. */
  static final int FEATURES = 8;

  /** Points taken before the first prototype, while the scale of features settles. */
  private static final int SKIPPED = 20;

  /** How far a prototype moves towards a point that it matches. */
  private static final double PULL = 0.1;

  private static final double FIRST_RADIUS = 0.05;
  private static final double GROWTH = 1.02;

  private final int capacity;
  private final int used;
  private final int radius;
  private final int last;
  private final Recency matches;
  private final int points;

  /**
   * A set of prototypes.
   *
   * @param offset of its {@link #size} places in the state of a key; all zeros are an empty set
   * @param capacity prototypes that are kept at most
   */
  Prototypes(int offset, int capacity) {
    this.capacity = capacity;
    used = offset;
    radius = offset + 1;
    last = offset + 2;
    matches = new Recency(offset + 3, capacity);
    points = offset + 3 + Recency.size(capacity);
  }

  /** Places in the state. */
  static int size(int capacity) {
    return 3 + Recency.size(capacity) + capacity * FEATURES;
  }

  /** Takes a point; its distance from the nearest prototype, 0 for the first ones. */
  double distance(double[] state, double[] point) {
    matches.tick(state);
    if (matches.now(state) <= SKIPPED) {
      return 0;
    }
    int count = (int) state[used];
    if (count == 0) {
      add(state, point);
      return 0;
    }
    int nearest = nearest(state, point, count);
    double distance = Math.sqrt(square(state, nearest, point));
    state[last] = nearest;
    if (distance > state[radius]) {
      add(state, point);
    } else {
      matches.touch(state, nearest);
      for (int f = 0; f < FEATURES; f++) {
        int at = points + nearest * FEATURES + f;
        state[at] += PULL * (point[f] - state[at]);
      }
    }
    return distance;
  }

  /**
   * Which of so many prototypes is nearest. The one before is tried first, as it is often near
   * still: most others are then given up after half of their features. Written out, as this is
   * where most of the time of a detector goes.
   */
  private int nearest(double[] state, double[] point, int count) {
    double p0 = point[0];
    double p1 = point[1];
    double p2 = point[2];
    double p3 = point[3];
    int nearest = (int) state[last];
    double least = square(state, nearest, point);
    int at = points;
    for (int slot = 0; slot < count; slot++, at += FEATURES) {
      double a = state[at] - p0;
      double b = state[at + 1] - p1;
      double c = state[at + 2] - p2;
      double d = state[at + 3] - p3;
      if ((a * a + b * b) + (c * c + d * d) < least) {
        double square = square(state, slot, point);
        if (square < least) {
          least = square;
          nearest = slot;
        }
      }
    }
    return nearest;
  }

  /** The squared distance from a prototype. */
  private double square(double[] state, int slot, double[] point) {
    int at = points + slot * FEATURES;
    double sum = 0;
    for (int f = 0; f < FEATURES; f++) {
      double d = state[at + f] - point[f];
      sum += d * d;
    }
    return sum;
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
    for (int f = 0; f < FEATURES; f++) {
      state[points + slot * FEATURES + f] = point[f];
    }
  }
}
