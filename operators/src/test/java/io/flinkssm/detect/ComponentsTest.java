package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ComponentsTest {

  @Test
  void elementaryFunctionsAreThoseOfTheLibrary() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      double x = Math.pow(10, 40 * random.nextDouble() - 20);
      assertThat(Elementary.log(x)).isCloseTo(StrictMath.log(x), within(2e-14));
      double y = 80 * random.nextDouble() - 70;
      assertThat(Elementary.exp(y) / StrictMath.exp(y)).isCloseTo(1, within(3e-14));
      double turns = random.nextDouble();
      double angle = 2 * Math.PI * turns;
      assertThat(Elementary.cosOfTurns(turns)).isCloseTo(StrictMath.cos(angle), within(2e-15));
      assertThat(Elementary.sinOfTurns(turns)).isCloseTo(StrictMath.sin(angle), within(2e-15));
      double z = x > 1 ? StrictMath.log(2 * x) : x;
      assertThat(Elementary.asinh(-x)).isEqualTo(-Elementary.asinh(x));
      if (x > 1e8 || x < 1e-5) {
        assertThat(Elementary.asinh(x)).isCloseTo(z, within(1e-13));
      }
    }
    assertThat(Elementary.exp(-1000)).isZero();
    assertThat(Elementary.asinh(0)).isZero();
  }

  @Test
  void anIntervalIsAsGoodAsItsParts() {
    double[] whole = new double[ModeBank.MODES];
    double[] part = new double[ModeBank.MODES];
    ModeBank.discretize(4.5, whole);
    ModeBank.discretize(1.5, part);
    ModeBank bank = new ModeBank(0);
    double[] once = {1, 2, 3, 4, 5, 6};
    double[] thrice = once.clone();
    double[] differences = new double[ModeBank.MODES];
    bank.advance(once, -2, whole, differences);
    for (int i = 0; i < 3; i++) {
      bank.advance(thrice, -2, part, differences);
    }
    for (int k = 0; k < ModeBank.MODES; k++) {
      assertThat(thrice[k]).isCloseTo(once[k], within(1e-13));
      double decay = Math.exp(-4.5 / Math.pow(3, k));
      assertThat(once[k]).isCloseTo(decay * (k + 1) - 2 * (1 - decay), within(1e-12));
    }
  }

  @Test
  void theLongestLeftAloneIsKnownBeyondTheHorizon() {
    Recency recency = new Recency(0, 3);
    double[] state = new double[Recency.size(3)];
    state[0] = (1 << 26) - 10;
    for (int slot : new int[] {1, 2, 0}) {
      recency.tick(state);
      recency.touch(state, slot);
    }
    assertThat(recency.oldest(state)).isEqualTo(1);
    for (int i = 0; i < 20; i++) {
      recency.tick(state);
    }
    assertThat(recency.now(state)).isLessThan(1 << 26);
    assertThat(recency.oldest(state)).isEqualTo(1);
    recency.touch(state, 1);
    assertThat(recency.oldest(state)).isEqualTo(2);
  }

  @Test
  void aPointIsAsNovelAsItIsFarFromTheNearest() {
    Prototypes prototypes = new Prototypes(1, 4);
    double[] state = new double[1 + Prototypes.size(4)];
    for (int i = 0; i < 20; i++) {
      assertThat(prototypes.distance(state, new double[] {9, 9, 9, 9, 9, 9, 9, 9})).isZero();
    }
    prototypes.distance(state, new double[8]);
    assertThat(prototypes.distance(state, new double[] {3, 0, 0, 0, 0, 4, 0, 0})).isEqualTo(5);
    assertThat(prototypes.distance(state, new double[] {3, 0, 0, 0, 0, 5, 0, 0})).isEqualTo(1);
    assertThat(prototypes.distance(state, new double[] {3, 0, 0, 0, 0, 4, 0, 0})).isZero();
    assertThat(state[0]).isZero();
  }

  @Test
  void recordsOfARampAreNotRare() {
    RangeRecord ramp = new RangeRecord(0);
    RangeRecord noise = new RangeRecord(0);
    double[] rising = new double[RangeRecord.SIZE];
    double[] noisy = new double[RangeRecord.SIZE];
    Random random = new Random(2);
    for (int i = 0; i < 1000; i++) {
      assertThat(ramp.surprise(rising, i * i, i)).isLessThan(0.5);
      double x = random.nextDouble() - 0.5;
      noise.surprise(noisy, x, x);
    }
    assertThat(noise.surprise(noisy.clone(), 0.1, 0.1)).isZero();
    assertThat(noise.surprise(noisy, 2, 2)).isCloseTo(Math.log(500), within(0.2));
  }

  @Test
  void anAlarmEndsAfterCalmAndAnAlertIsNotRepeated() {
    Alarm alarm = new Alarm(0, 7);
    double[] state = new double[1];
    assertThat(alarm.isOn(state, 6.9)).isFalse();
    assertThat(alarm.isOn(state, 7)).isTrue();
    for (int i = 0; i < 100; i++) {
      assertThat(alarm.isOn(state, i % 19 == 0 ? 3.6 : 0)).isTrue();
    }
    int left = 0;
    while (alarm.isOn(state, 3.4)) {
      left++;
    }
    assertThat(left).isBetween(1, 20);

    Refractory refractory = new Refractory(0, 100);
    double[] peak = new double[1];
    assertThat(refractory.tops(peak, 8)).isTrue();
    assertThat(refractory.tops(peak, 7.5)).isFalse();
    assertThat(refractory.tops(peak, 8)).isTrue();
    for (int i = 0; i < 100; i++) {
      refractory.tops(peak, 0);
    }
    assertThat(refractory.tops(peak, 3.5)).isTrue();
    Refractory none = new Refractory(0, 0);
    assertThat(none.tops(new double[1], 1e-9)).isTrue();
  }

  @Test
  void aLayoutNamesWhatItGives() {
    StateLayout layout = new StateLayout();
    layout.add("samples", 1);
    int modes = layout.under("channel0").add("modes", 2);
    assertThat(modes).isEqualTo(1);
    assertThat(layout.length()).isEqualTo(3);
    Map<String, Object> named = layout.describe(new double[] {7, 1, 2});
    assertThat(named.keySet()).containsExactly("samples", "channel0.modes");
    assertThat(named.get("samples")).isEqualTo(7.0);
    assertThat((double[]) named.get("channel0.modes")).containsExactly(1, 2);
  }
}
