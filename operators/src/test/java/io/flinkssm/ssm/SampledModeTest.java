package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.simd.DiscreteSystem;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single modes are those by which the recurrence steps. */
class SampledModeTest {

  private static final int CHANNELS = 3;
  private static final int MODES = 5;

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 2.3})
  void ofADiagonalSystemIsThatOfTheRecurrence(double rate) {
    for (Discretization disc : List.of(Discretization.ZOH, Discretization.BILINEAR)) {
      StateSpace system = Banks.diagonal(new Random(3), disc, CHANNELS, MODES, 2);
      for (RateMethod method : RateMethod.values()) {
        StateSpace used = method.of(system, rate);
        DiscreteSystem discrete = used.discretize(rate);
        for (int mode = 0; mode < MODES; mode++) {
          for (int channel = 0; channel < CHANNELS; channel++) {
            SampledMode sampled = used.mode(rate, channel, mode);
            int i = mode * CHANNELS + channel;
            assertThat(sampled.aRe()).isCloseTo(discrete.aRe()[i], within(1e-15));
            assertThat(sampled.aIm()).isCloseTo(discrete.aIm()[i], within(1e-15));
          }
        }
      }
    }
  }

  @Test
  void ofALowRankSystemIsThatOfItsDiagonalPart() {
    DplrSystem system = Banks.dplr(new Random(3), CHANNELS, MODES, 1, 1, 0);

    SampledMode mode = system.mode(2, 1, 4);

    double x = mode.delta() * mode.lambdaRe() / 2;
    double y = mode.delta() * mode.lambdaIm() / 2;
    double norm = (1 - x) * (1 - x) + y * y;
    assertThat(mode.aRe()).isCloseTo((1 - x * x - y * y) / norm, within(1e-15));
    assertThat(mode.aIm()).isCloseTo(2 * y / norm, within(1e-15));
    assertThat(mode.delta()).isEqualTo(2 * system.mode(1, 1, 4).delta());
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 2.5, 10})
  void aliasedOnesAddUp(double rate) {
    StateSpace system = Banks.dplr(new Random(5), CHANNELS, MODES, 2, 2, 0);
    for (RateMethod method : RateMethod.values()) {
      StateSpace used = method.of(system, rate);
      int count = 0;
      for (int i = 0; i < CHANNELS * MODES; i++) {
        count += used.mode(rate, i % CHANNELS, i / CHANNELS).aliased() ? 1 : 0;
      }
      assertThat(count).isEqualTo(used.aliasedModes(rate));
    }
    assertThat(system.aliasedModes(10)).isPositive();
  }

  @Test
  void othersAreRefused() {
    StateSpace system = Banks.dplr(new Random(5), CHANNELS, MODES, 2, 2, 0);

    assertThatThrownBy(() -> system.mode(1, CHANNELS, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> system.mode(1, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
