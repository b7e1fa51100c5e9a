package io.flinkssm.jobs.rates;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.jobs.io.Signal;
import java.util.function.DoubleUnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResamplingTest {

  private static Signal sampled(double hz, double seconds, DoubleUnaryOperator wave) {
    float[] samples = new float[(int) Math.round(hz * seconds)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) wave.applyAsDouble(i / hz);
    }
    return new Signal("wave", hz, 1, samples);
  }

  @ParameterizedTest
  @EnumSource(Resampling.class)
  void wholeFractionsKeepEveryKthSample(Resampling resampling) {
    Signal signal = new Signal("s", 12, 2, new float[] {0, 10, 1, 11, 2, 12, 3, 13, 4, 14});
    assertThat(resampling.to(signal, 6).samples()).containsExactly(0, 10, 2, 12, 4, 14);
    assertThat(resampling.to(signal, 12).samples()).isEqualTo(signal.samples());
  }

  @Test
  void linesMeetTheSamplesAndTheirMiddles() {
    Signal signal = new Signal("s", 10, 1, new float[] {0, 2, 4, 0});
    Signal twice = Resampling.LINEAR.to(signal, 20);
    assertThat(twice.sampleRateHz()).isEqualTo(20);
    assertThat(twice.samples()).containsExactly(0, 1, 2, 3, 4, 2, 0, 0);
    assertThat(Resampling.LINEAR.to(signal, 20 / 3.0).samples()).containsExactly(0, 3, 0);
  }

  @Test
  void sincKeepsWhatBothRatesCanShowAndDropsTheRest() {
    DoubleUnaryOperator low = t -> Math.sin(2 * Math.PI * 700 * t + 0.3);
    DoubleUnaryOperator both = t -> low.applyAsDouble(t) + Math.sin(2 * Math.PI * 3500 * t);
    for (double hz : new double[] {8000 * 2 / 3.0, 12_000}) {
      Signal expected = sampled(hz, 0.1, low);
      Signal found = Resampling.SINC.to(sampled(8000, 0.1, hz < 8000 ? both : low), hz);
      assertThat(found.length()).isBetween(expected.length(), expected.length() + 1);
      // The window reaches past the ends, into silence.
      for (int i = 40; i < expected.length() - 40; i++) {
        assertThat(found.samples()[i]).isCloseTo(expected.samples()[i], Offset.offset(0.01f));
      }
    }
  }
}
