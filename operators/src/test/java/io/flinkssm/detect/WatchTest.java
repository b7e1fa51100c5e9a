package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What any detector owes, whatever its constants. */
class WatchTest {
  private static final double WALL_CLOCK = 1.7e9;
  private static final int SAMPLES = 50_000;

  /** What key state holds besides, for one channel. */
  private static final int ENVELOPE_BYTES = 280;

  private final Watch watch = new Watch(DetectorConfig.of(1));
  private final Scratch scratch = watch.newScratch();

  private Anomaly step(double[] state, int i, double value) {
    watch.step(state, WALL_CLOCK + 60.0 * i, 60, new double[] {value}, 0, null, 0, scratch);
    return Anomaly.of(scratch.outputs.clone());
  }

  @Test
  void aKeyOfOneChannelTakesAtMost16Kilobytes() {
    assertThat(Double.BYTES * watch.stateLength() + ENVELOPE_BYTES).isLessThanOrEqualTo(16 * 1024);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "constant",
        "counter",
        "growing",
        "heavy",
        "huge",
        "mostly zero",
        "binary",
        "walk"
      })
  void nothingAlarmsForEverNorStopsBeingANumber(String kind) {
    IntToDoubleFunction series = series(kind);
    double[] state = new double[watch.stateLength()];
    int on = 0;
    int high = 0;
    for (int i = 0; i < SAMPLES; i++) {
      Anomaly anomaly = step(state, i, series.applyAsDouble(i));
      assertThat(anomaly.score()).isBetween(0.0, 1.0);
      assertThat(anomaly.alert()).isBetween(0.0, 1.0);
      for (Evidence kindOf : Evidence.values()) {
        double p = anomaly.pValue(kindOf);
        assertThat(Double.isNaN(p) || (p >= 0 && p <= 1)).isTrue();
      }
      on += anomaly.alarm() ? 1 : 0;
      high += anomaly.score() >= 0.999 ? 1 : 0;
    }
    assertThat(on).isLessThan(SAMPLES / 10);
    assertThat(high).isLessThan(SAMPLES / 250);
    assertThat(Arrays.stream(state).allMatch(Double::isFinite)).isTrue();
  }

  private static IntToDoubleFunction series(String kind) {
    Random random = new Random(3);
    double[] sum = new double[1];
    return switch (kind) {
      case "constant" -> i -> 5;
      case "counter" -> i -> 3.0 * i;
      case "growing" -> i -> sum[0] += Math.abs(random.nextGaussian());
      case "heavy" -> i -> Math.pow(random.nextDouble(), -2);
      case "huge" -> i -> (i % 2 == 0 ? 1 : -1) * Double.MAX_VALUE * random.nextDouble();
      case "mostly zero" -> i -> random.nextInt(50) == 0 ? 10 * random.nextDouble() : 0;
      case "binary" -> i -> random.nextInt(2);
      default -> i -> sum[0] += random.nextGaussian();
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"constant", "noise"})
  void aHugeSpikeAfterQuietSamplesAlarms(String kind) {
    double[] state = new double[watch.stateLength()];
    Random random = new Random(4);
    for (int i = 0; i < 2000; i++) {
      step(state, i, kind.equals("noise") ? random.nextGaussian() : 5);
    }
    Anomaly spike = step(state, 2000, 1000);
    assertThat(spike.alarm()).isTrue();
    assertThat(spike.alert()).isEqualTo(spike.score());
  }

  @Test
  void nothingIsSaidOfTheFirstSamplesAndTheyAreReplayed() {
    double[] state = new double[watch.stateLength()];
    Random random = new Random(5);
    for (int i = 0; i < Watch.START; i++) {
      assertThat(state[0]).isEqualTo(i);
      Anomaly anomaly = step(state, i, random.nextGaussian());
      assertThat(i == Watch.START - 1 || anomaly.score() == 0).isTrue();
      assertThat(watch.describe(state).get("samples")).isEqualTo(i + 1.0);
    }
    assertThat((double[]) watch.describe(state).get("channel0.modes")).doesNotContain(0.0);
    assertThat(watch.describe(state).get("usualInterval")).isEqualTo(60.0);
  }

  @Test
  void unitsChangeNothing() {
    double[] celsius = new double[watch.stateLength()];
    double[] scaled = new double[watch.stateLength()];
    Random random = new Random(6);
    for (int i = 0; i < 3000; i++) {
      double x = random.nextGaussian();
      Anomaly other = step(scaled, i, 32 + 1.8 * x);
      assertThat(other.score()).isCloseTo(step(celsius, i, x).score(), within(1e-6));
    }
  }

  @Test
  void aSampleAllocatesNothing() {
    for (int channels : new int[] {1, 3}) {
      Watch some = new Watch(DetectorConfig.of(channels));
      Scratch room = some.newScratch();
      double[] state = new double[some.stateLength()];
      double[] x = new double[channels];
      Random random = new Random(7);
      Runnable round =
          () -> {
            for (int i = 0; i < 100; i++) {
              for (int c = 0; c < channels; c++) {
                x[c] = random.nextDouble();
              }
              some.step(state, WALL_CLOCK, 1 + (i & 1), x, 0, null, 0, room);
            }
          };
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long id = Thread.currentThread().getId();
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 1000 && least > 0; i++) {
        long before = threads.getThreadAllocatedBytes(id);
        round.run();
        least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
      }
      assertThat(least).isZero();
    }
  }

  @Test
  void channelsThatPartAreSeen() {
    Watch pair = new Watch(DetectorConfig.of(2));
    Scratch room = pair.newScratch();
    double[] state = new double[pair.stateLength()];
    Random random = new Random(8);
    double together = 0;
    double broken = 1;
    for (int i = 0; i < 6000; i++) {
      double common = random.nextGaussian();
      double noise = 0.05 * random.nextGaussian();
      double second = i < 5900 ? common + noise : -common + noise;
      pair.step(state, i, 1, new double[] {common, second}, 0, null, 0, room);
      Anomaly anomaly = Anomaly.of(room.outputs.clone());
      double p = anomaly.pValue(Evidence.CORRELATION);
      if (i >= 5900) {
        broken = Math.min(broken, p);
        together = Math.max(together, anomaly.score());
      }
    }
    assertThat(broken).isLessThan(1e-6);
    assertThat(together).isGreaterThan(0.999);
  }
}
