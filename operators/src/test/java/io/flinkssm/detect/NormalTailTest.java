package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NormalTailTest {

  @Test
  void knowsTheTailOfTheNormalDistribution() {
    assertThat(NormalTail.rarity(0)).isCloseTo(Math.log(2), within(1e-6));
    assertThat(NormalTail.rarity(1.2815515655)).isCloseTo(Math.log(10), within(1e-5));
    assertThat(NormalTail.rarity(3.0902323062)).isCloseTo(Math.log(1000), within(1e-3));
    assertThat(NormalTail.rarity(6)).isCloseTo(-Math.log(9.865876e-10), within(0.1));
    assertThat(NormalTail.rarity(-1.2815515655)).isCloseTo(-Math.log(0.9), within(1e-6));
    assertThat(NormalTail.rarity(-50)).isZero();
  }

  @Test
  void learnsMeanAndDeviationWhateverItThoughtBefore() {
    NormalTail tail = new NormalTail(2, 0, 1);
    double[] state = new double[2 + NormalTail.SIZE];
    Random random = new Random(1);
    int samples = 100_000;
    int rare = 0;
    for (int i = 0; i < samples; i++) {
      double p = Math.exp(-tail.score(state, 5 + 3 * random.nextGaussian()));
      rare += i >= 50_000 && p <= 0.01 ? 1 : 0;
    }
    assertThat(rare / 50_000.0).isBetween(0.008, 0.0125);
    assertThat(state[0] + state[1]).isZero();
  }

  @Test
  void isHardlyMovedByWhatLiesFarOutside() {
    NormalTail tail = new NormalTail(0, 0, 1);
    double[] state = new double[NormalTail.SIZE];
    Random random = new Random(2);
    for (int i = 0; i < 1000; i++) {
      tail.score(state, random.nextGaussian());
    }
    double first = tail.score(state, 8);
    double last = first;
    for (int i = 0; i < 400; i++) {
      last = tail.score(state, 8);
    }
    assertThat(first).isGreaterThan(20);
    assertThat(last).isGreaterThan(0.5 * first);
  }
}
