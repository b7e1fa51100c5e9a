package io.flinkssm.simd;

import java.util.Random;

/** Random stable systems, and the same recurrence written as dense real matrices. */
final class Systems {

  private Systems() {}

  static DiscreteSystem random(int channels, int modes, int rank, int heads, long seed) {
    Random random = new Random(seed);
    int plane = modes * channels;
    double[] aRe = new double[plane];
    double[] aIm = new double[plane];
    for (int k = 0; k < plane; k++) {
      double radius = 0.5 + 0.45 * random.nextDouble();
      double angle = Math.PI * random.nextDouble();
      aRe[k] = radius * Math.cos(angle);
      aIm[k] = radius * Math.sin(angle);
    }
    double small = 0.1 / Math.max(1, modes * rank);
    return new DiscreteSystem(
        channels,
        modes,
        rank,
        heads,
        aRe,
        aIm,
        gaussian(random, plane, 1),
        gaussian(random, plane, 1),
        gaussian(random, rank * plane, small),
        gaussian(random, rank * plane, small),
        gaussian(random, rank * plane, 1),
        gaussian(random, rank * plane, 1),
        gaussian(random, rank * channels, 1),
        gaussian(random, heads * plane, 1),
        gaussian(random, heads * plane, 1),
        gaussian(random, heads * channels, 1));
  }

  static double[] gaussian(Random random, int length, double scale) {
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = scale * random.nextGaussian();
    }
    return values;
  }

  /**
   * Steps each channel alone with z = (Re x; Im x), z⁺ = F z + g u, y = C z⁺ + d u, where F and g
   * have the rank correction multiplied out. State and layouts as in {@link DiscreteSystem}.
   */
  static double[] denseAdvance(DiscreteSystem s, double[] state, double[] u, int samples) {
    int width = s.channels();
    double[] y = new double[samples * s.heads() * width];
    for (int h = 0; h < width; h++) {
      double[][] f = denseMatrix(s, h);
      int size = f.length;
      double[] z = new double[size];
      for (int i = 0; i < size; i++) {
        z[i] = state[index(s, i, h)];
      }
      for (int t = 0; t < samples; t++) {
        double in = u[t * width + h];
        double[] next = new double[size];
        for (int i = 0; i < size; i++) {
          next[i] = f[i][size] * in;
          for (int j = 0; j < size; j++) {
            next[i] += f[i][j] * z[j];
          }
        }
        z = next;
        for (int c = 0; c < s.heads(); c++) {
          double out = s.d()[c * width + h] * in;
          for (int n = 0; n < s.modes(); n++) {
            int k = (c * s.modes() + n) * width + h;
            out += s.cRe()[k] * z[n] - s.cIm()[k] * z[s.modes() + n];
          }
          y[(t * s.heads() + c) * width + h] = out;
        }
      }
      for (int i = 0; i < size; i++) {
        state[index(s, i, h)] = z[i];
      }
    }
    return y;
  }

  /** Where entry i of z = (Re x; Im x) of a channel lies in the state. */
  private static int index(DiscreteSystem s, int i, int h) {
    return i < s.modes() ? s.re(i, h) : s.im(i - s.modes(), h);
  }

  /** F and, as its last column, g. */
  private static double[][] denseMatrix(DiscreteSystem s, int h) {
    int modes = s.modes();
    double[][] f = new double[2 * modes][2 * modes + 1];
    for (int n = 0; n < modes; n++) {
      int k = n * s.channels() + h;
      f[n][n] = s.aRe()[k];
      f[n][modes + n] = -s.aIm()[k];
      f[modes + n][n] = s.aIm()[k];
      f[modes + n][modes + n] = s.aRe()[k];
      f[n][2 * modes] = s.bRe()[k];
      f[modes + n][2 * modes] = s.bIm()[k];
    }
    for (int r = 0; r < s.rank(); r++) {
      for (int n = 0; n < modes; n++) {
        int p = (r * modes + n) * s.channels() + h;
        for (int m = 0; m < modes; m++) {
          int q = (r * modes + m) * s.channels() + h;
          f[n][m] += s.pRe()[p] * s.qRe()[q];
          f[n][modes + m] -= s.pRe()[p] * s.qIm()[q];
          f[modes + n][m] += s.pIm()[p] * s.qRe()[q];
          f[modes + n][modes + m] -= s.pIm()[p] * s.qIm()[q];
        }
        double e = s.e()[r * s.channels() + h];
        f[n][2 * modes] += s.pRe()[p] * e;
        f[modes + n][2 * modes] += s.pIm()[p] * e;
      }
    }
    return f;
  }
}
