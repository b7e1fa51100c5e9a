package io.flinkssm.jobs.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Cases worked out by hand from round unit costs. */
class CapacityTest {
  private static final Costs COSTS =
      new Costs("m", "d", 1, 3, 0.5, 2, 10, 0.1, 20, 5, 30, 2, 50, 4, 200);

  /** 100 channels of 10 numbers: 1000 elements and 20 000 weights a layer. */
  private static final Shape DIAGONAL = Shape.of(100, 10, 2, false);

  private static Load load(boolean rocksdb, int bundle) {
    return new Load(1000, 100, 10, rocksdb, bundle, Duration.ofSeconds(50));
  }

  private static double value(List<Capacity.Figure> plan, String name) {
    return Capacity.value(plan, name);
  }

  @Test
  void coresFollowFromTheCostOfAFrame() {
    List<Capacity.Figure> plan = Capacity.plan(DIAGONAL, load(false, 1), COSTS);

    assertThat(value(plan, "frames")).isEqualTo(10_000);
    // 10 samples · 2 layers · (1 ns · 1000 + 0.5 ns · 20 000) + 2 ns · 2000 = 224 000 ns.
    assertThat(value(plan, "arithmetic")).isCloseTo(224, within(1e-9));
    assertThat(value(plan, "transport")).isCloseTo(10 + 20 + 0.1 * 10, within(1e-9));
    assertThat(value(plan, "access")).isZero();
    assertThat(value(plan, "cpu")).isCloseTo(255, within(1e-9));
    assertThat(value(plan, "busy")).isCloseTo(2.55, within(1e-9));
    // 2.55 / 0.6 = 4.25.
    assertThat(value(plan, "parallelism")).isEqualTo(5);
    assertThat(value(plan, "taskManagers")).isEqualTo(2);
    assertThat(value(plan, "partitions")).isEqualTo(5);
  }

  @Test
  void lowRankLayersCostTheirOwnScan() {
    Shape lowRank = Shape.of(100, 10, 2, true);

    List<Capacity.Figure> plan = Capacity.plan(lowRank, load(false, 1), COSTS);

    // 2 ns more for each of 10 samples · 2000 elements.
    assertThat(value(plan, "arithmetic")).isCloseTo(224 + 40, within(1e-9));
  }

  @Test
  void aBundleSharesOneAccess() {
    double kilobytes = DIAGONAL.stateBytes() / 1e3;

    List<Capacity.Figure> each = Capacity.plan(DIAGONAL, load(true, 1), COSTS);
    List<Capacity.Figure> bundled = Capacity.plan(DIAGONAL, load(true, 32), COSTS);

    assertThat(value(each, "access")).isCloseTo(30 + 2 * kilobytes, within(1e-9));
    assertThat(value(bundled, "access")).isCloseTo(value(each, "access") / 32, within(1e-9));
    assertThat(value(each, "diskWrites"))
        .isCloseTo(10_000 * 1e3 * kilobytes * Capacity.ROCKSDB_WRITES, within(1e-3));
    assertThat(value(bundled, "diskWrites"))
        .isCloseTo(value(each, "diskWrites") / 32, within(1e-3));
  }

  @Test
  void disksThatTakeTheStatesCanAskForMoreTaskManagersThanCoresDo() {
    Costs cheap = new Costs("m", "d", 0, 0, 0, 0, 1, 0, 0, 5, 0, 0, 50, 4, 200);
    Load load = new Load(10_000, 100, 10, true, 1, Duration.ofSeconds(50));

    List<Capacity.Figure> plan = Capacity.plan(DIAGONAL, load, cheap);

    assertThat(value(plan, "parallelism")).isEqualTo(1);
    // 100 000 frames a second · 8996 bytes · 4 = 3.6 GB/s, of which a disk takes 1.
    assertThat(value(plan, "taskManagers")).isEqualTo(4);
  }

  @Test
  void stateIsWhatAKeyStores() {
    // Header, one channel, ten outputs, two layers of 1000 elements, two pooled sums of 100 and 2.
    assertThat(DIAGONAL.stateBytes()).isEqualTo(172 + 4 * (1 + 10 + 2000 + 202));

    List<Capacity.Figure> plan = Capacity.plan(DIAGONAL, load(false, 1), COSTS);

    assertThat(value(plan, "state")).isEqualTo(1000.0 * DIAGONAL.stateBytes());
    assertThat(value(plan, "memory"))
        .isCloseTo(value(plan, "state") * Capacity.HEAP_COPIES / Capacity.HEAP_LIVE, within(1e-3));
  }

  @Test
  void keysThatRestBetweenCheckpointsAreNotWrittenIncrementally() {
    Load quiet = new Load(1000, 0.1, 10, true, 1, Duration.ofSeconds(50));

    List<Capacity.Figure> plan = Capacity.plan(DIAGONAL, quiet, COSTS);

    // A frame every 100 s, a checkpoint every 50 s.
    assertThat(value(plan, "checkpoint")).isEqualTo(1000.0 * DIAGONAL.stateBytes());
    assertThat(value(plan, "incremental")).isCloseTo(value(plan, "checkpoint") / 2, within(1e-6));
    assertThat(value(plan, "incrementalBandwidth"))
        .isCloseTo(value(plan, "checkpoint") / 100, within(1e-6));
    List<Capacity.Figure> moving = Capacity.plan(DIAGONAL, load(true, 1), COSTS);
    assertThat(value(moving, "incremental")).isEqualTo(value(moving, "checkpoint"));
  }

  @Test
  void aLostTaskManagerIsCaughtUpWithBySpareCores() {
    List<Capacity.Figure> plan = Capacity.plan(DIAGONAL, load(false, 1), COSTS);
    double restore = value(plan, "state") / (2 * Capacity.RESTORE_BYTES_PER_SECOND);
    double behind = 50 + Capacity.DETECT_SECONDS + restore;

    assertThat(value(plan, "restore")).isCloseTo(restore, within(1e-9));
    // 2.45 of 5 slots are spare, and 2.55 seconds of work arrive meanwhile each second.
    assertThat(value(plan, "recovery")).isCloseTo(behind - 50 + behind * 2.55 / 2.45, within(1e-6));
  }

  @Test
  void trafficIsFramesInAndScoresOut() {
    List<Capacity.Figure> plan = Capacity.plan(DIAGONAL, load(false, 1), COSTS);

    assertThat(value(plan, "networkIn")).isCloseTo(10_000 * (50 + 40), within(1e-6));
    assertThat(value(plan, "networkOut")).isCloseTo(10_000 * 200, within(1e-6));
  }

  @Test
  void formulasShowTheCostsTheyUse() {
    assertThat(Capacity.plan(DIAGONAL, load(true, 1), COSTS))
        .anySatisfy(
            figure -> {
              assertThat(figure.name()).isEqualTo("access");
              assertThat(figure.formula()).isEqualTo("(30 µs + 2 µs · kB of state) / bundle");
            });
  }

  @Test
  void numbersThatMakeNoSenseAreNamed() {
    assertThatThrownBy(() -> new Load(0, 1, 1, false, 1, Duration.ofSeconds(1)))
        .hasMessageContaining("keys is 0");
    assertThatThrownBy(() -> new Load(1, Double.NaN, 1, false, 1, Duration.ofSeconds(1)))
        .hasMessageContaining("rate is NaN");
    assertThatThrownBy(() -> new Load(1, 1, 1, false, 1, Duration.ZERO))
        .hasMessageContaining("checkpoint interval is 0");
  }

  @Test
  void costsAreWrittenAsTheyAreRead() throws Exception {
    Costs costs = Costs.measured();

    assertThat(costs.dplrNanos()).isGreaterThan(costs.s4dNanos()).isPositive();
    Properties written = new Properties();
    written.load(new StringReader(costs.toProperties()));
    Properties stored = new Properties();
    stored.load(Costs.class.getResourceAsStream("costs.properties"));
    assertThat(written.keySet()).isEqualTo(stored.keySet());
    assertThat(written.getProperty("machine")).isEqualTo(costs.machine());
    assertThat(Double.parseDouble(written.getProperty("access.kb.us")))
        .isEqualTo(costs.accessKilobyteMicros());
  }
}
