package io.flinkssm.detect;

/**
 * Elementary functions in plain arithmetic: the same bits on every JVM and processor, and quick.
 * Relative errors are of the order of 1e-15.
 */
final class Elementary {
  private static final double LN_2 = 0.6931471805599453;
  private static final double LN_2_HIGH = 0.6931471803691238;
  private static final double LN_2_LOW = 1.9082149292705877e-10;
  private static final double ROOT_2 = 1.4142135623730951;

  /** Beyond it, {@code √(1 + x²)} is {@code |x|}. */
  private static final double LARGE = 1e9;

  private Elementary() {}

  /** The natural logarithm of a normal number above 0. */
  static double log(double x) {
    int exponent = Math.getExponent(x);
    double m = Math.scalb(x, -exponent);
    if (m > ROOT_2) {
      m *= 0.5;
      exponent++;
    }
    // log m = 2 artanh s
    double s = (m - 1) / (m + 1);
    double z = s * s;
    double series = 1.0 / 21;
    series = series * z + 1.0 / 19;
    series = series * z + 1.0 / 17;
    series = series * z + 1.0 / 15;
    series = series * z + 1.0 / 13;
    series = series * z + 1.0 / 11;
    series = series * z + 1.0 / 9;
    series = series * z + 1.0 / 7;
    series = series * z + 1.0 / 5;
    series = series * z + 1.0 / 3;
    return exponent * LN_2 + (2 * s + 2 * s * z * series);
  }

  /** {@code e^x} for x up to 700; 0 below −700. */
  static double exp(double x) {
    if (x < -700) {
      return 0;
    }
    double k = Math.rint(x / LN_2);
    double r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    double series = 1.0 / 6227020800.0;
    series = series * r + 1.0 / 479001600;
    series = series * r + 1.0 / 39916800;
    series = series * r + 1.0 / 3628800;
    series = series * r + 1.0 / 362880;
    series = series * r + 1.0 / 40320;
    series = series * r + 1.0 / 5040;
    series = series * r + 1.0 / 720;
    series = series * r + 1.0 / 120;
    series = series * r + 1.0 / 24;
    series = series * r + 1.0 / 6;
    series = series * r + 0.5;
    return Math.scalb(1 + (r + r * r * series), (int) k);
  }

  /** The inverse of the hyperbolic sine: {@code x} where it is small, a logarithm where large. */
  static double asinh(double x) {
    double a = Math.abs(x);
    double y = a < LARGE ? log(a + Math.sqrt(a * a + 1)) : log(a) + LN_2;
    return x < 0 ? -y : y;
  }

  /** The cosine of so many turns, 0 … 1. */
  static double cosOfTurns(double turns) {
    int quarter = (int) Math.rint(4 * turns);
    double a = (turns - 0.25 * quarter) * (2 * Math.PI);
    return switch (quarter & 3) {
      case 0 -> cosNearZero(a);
      case 1 -> -sinNearZero(a);
      case 2 -> -cosNearZero(a);
      default -> sinNearZero(a);
    };
  }

  /** The sine of so many turns, 0 … 1. */
  static double sinOfTurns(double turns) {
    int quarter = (int) Math.rint(4 * turns);
    double a = (turns - 0.25 * quarter) * (2 * Math.PI);
    return switch (quarter & 3) {
      case 0 -> sinNearZero(a);
      case 1 -> cosNearZero(a);
      case 2 -> -sinNearZero(a);
      default -> -cosNearZero(a);
    };
  }

  /** For {@code |a|} up to π/4. */
  private static double sinNearZero(double a) {
    double z = a * a;
    double series = -1.0 / 1307674368000.0;
    series = series * z + 1.0 / 6227020800.0;
    series = series * z - 1.0 / 39916800;
    series = series * z + 1.0 / 362880;
    series = series * z - 1.0 / 5040;
    series = series * z + 1.0 / 120;
    series = series * z - 1.0 / 6;
    return a + a * z * series;
  }

  /** For {@code |a|} up to π/4. */
  private static double cosNearZero(double a) {
    double z = a * a;
    double series = 1.0 / 20922789888000.0;
    series = series * z - 1.0 / 87178291200.0;
    series = series * z + 1.0 / 479001600;
    series = series * z - 1.0 / 3628800;
    series = series * z + 1.0 / 40320;
    series = series * z - 1.0 / 720;
    series = series * z + 1.0 / 24;
    return 1 - 0.5 * z + z * z * series;
  }
}
