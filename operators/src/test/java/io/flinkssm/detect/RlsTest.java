package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RlsTest {
  private static final int FEATURES = ChannelWatch.REGRESSORS;

  /** A constant, noise, a ramp that starts over, and times of day that hardly move or do. */
  @ParameterizedTest
  @ValueSource(strings = {"constant", "noise", "ramp", "still", "days"})
  void staysPositiveAndFiniteOverAMillionSamples(String kind) {
    Rls rls = new Rls(0, FEATURES, 0.999);
    double[] state = new double[Rls.size(FEATURES)];
    double[] phi = new double[FEATURES];
    double[] day = new double[DayPhase.FEATURES];
    double[] gain = new double[FEATURES];
    Random random = new Random(5);
    for (int t = 0; t < 1_000_000; t++) {
      double u =
          switch (kind) {
            case "constant" -> 0;
            case "ramp" -> (t % 10_000) / 2_000.0;
            default -> random.nextGaussian();
          };
      double seconds = kind.equals("days") ? t * 300.0 : kind.equals("still") ? 1e-3 * t : 0;
      DayPhase.features(DayPhase.turns(seconds), day);
      phi[0] = 1;
      for (int k = 0; k < ModeBank.MODES; k++) {
        phi[1 + k] += (u - phi[1 + k]) / Math.pow(3, k);
      }
      System.arraycopy(day, 1, phi, 1 + ModeBank.MODES, DayPhase.FEATURES - 1);
      double error = rls.error(state, u, phi, FEATURES, gain);
      assertThat(Math.abs(error)).isLessThan(100);
      if (t % 50_000 == 0) {
        assertThat(isPositive(state, Rls.size(FEATURES) - FEATURES * (FEATURES + 1) / 2)).isTrue();
      }
    }
    assertThat(isPositive(state, Rls.size(FEATURES) - FEATURES * (FEATURES + 1) / 2)).isTrue();
  }

  @Test
  void findsTheWeightsOfItsFeatures() {
    Rls rls = new Rls(0, 3, 0.999);
    double[] state = new double[Rls.size(3)];
    double[] gain = new double[3];
    Random random = new Random(6);
    double errors = 0;
    for (int t = 0; t < 5000; t++) {
      double[] phi = {1, random.nextGaussian(), random.nextGaussian()};
      double u = 0.5 - phi[1] + 0.7 * phi[2] + 0.1 * random.nextGaussian();
      double error = rls.error(state, u, phi, 3, gain);
      errors += t < 1000 ? 0 : error * error;
    }
    assertThat(Math.sqrt(errors / 4000)).isCloseTo(0.1, within(0.01));
  }

  /** Whether the packed lower triangle from {@code at} on has a Cholesky factor. */
  private static boolean isPositive(double[] state, int at) {
    double[][] factor = new double[FEATURES][FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = state[at + i * (i + 1) / 2 + j];
        for (int k = 0; k < j; k++) {
          sum -= factor[i][k] * factor[j][k];
        }
        if (i == j && !(sum > 0)) {
          return false;
        }
        factor[i][j] = i == j ? Math.sqrt(sum) : sum / factor[j][j];
      }
    }
    return true;
  }
}
