package io.flinkssm.jobs.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a job needs, by calculation: every figure with the formula that it comes from. What is
 * measured stands in {@link Costs}, what is assumed in the constants here.
 */
public final class Capacity {
  /** Share of the cores that a job uses at its mean load; the rest is for peaks and catching up. */
  static final double UTILISATION = 0.6;

  static final int SLOTS_PER_TASK_MANAGER = 4;

  /** A checkpoint copies what changes while it is written, at worst all of it. */
  static final double HEAP_COPIES = 2;

  /** Share of the heap that may be live before the collector takes too much time. */
  static final double HEAP_LIVE = 0.6;

  /** Managed memory of a slot: two write buffers of 64 MB and a block cache of as much. */
  static final double ROCKSDB_BYTES_PER_SLOT = 256e6;

  /** Files of all levels against live data, and once more while a checkpoint keeps old ones. */
  static final double ROCKSDB_DISK = 2.2;

  /** Bytes that flushes and compactions write for each byte stored. */
  static final double ROCKSDB_WRITES = 4;

  /** Bytes a second that the local disk of a task manager takes for good. */
  static final double DISK_BYTES_PER_SECOND = 1e9;

  /** Bytes a second at which a task manager fetches its state from checkpoint storage. */
  static final double RESTORE_BYTES_PER_SECOND = 200e6;

  /** Until a lost task manager is noticed and its tasks run elsewhere. */
  static final double DETECT_SECONDS = 60;

  private final Shape shape;
  private final Load load;
  private final Costs costs;
  private final List<Figure> figures = new ArrayList<>();

  /**
   * A figure of a plan.
   *
   * @param name for programs
   * @param label for people
   * @param value in {@code unit}
   * @param formula how it was computed
   */
  public record Figure(String name, String label, double value, String unit, String formula) {}

  private Capacity(Shape shape, Load load, Costs costs) {
    this.shape = shape;
    this.load = load;
    this.costs = costs;
  }

  /** All figures, in the order in which one follows from the other. */
  public static List<Figure> plan(Shape shape, Load load, Costs costs) {
    Capacity capacity = new Capacity(shape, load, costs);
    capacity.processing();
    capacity.state();
    capacity.traffic();
    return capacity.figures;
  }

  /**
   * One figure of {@link #plan}.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static double value(List<Figure> plan, String name) {
    return plan.stream()
        .filter(figure -> figure.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no figure " + name))
        .value();
  }

  private double value(String name) {
    return value(figures, name);
  }

  private void processing() {
    add("frames", "frames a second", load.framesPerSecond(), "1/s", "keys · rate / frame");
    add(
        "arithmetic",
        "arithmetic of a frame",
        arithmeticMicros(),
        "µs",
        "frame · Σ layers (%s ns · H·N + %s ns · 2H²) + %s ns · Σ H·N",
        shape.layers().stream().anyMatch(Shape.Layer::lowRank)
            ? costs.dplrNanos()
            : costs.s4dNanos(),
        costs.linearNanos(),
        costs.callNanos());
    add(
        "transport",
        "Kafka, Avro, keyBy and operator",
        costs.frameMicros() + costs.operatorMicros() + costs.sampleMicros() * load.frame(),
        "µs",
        "%s µs + %s µs + %s µs · frame",
        costs.frameMicros(),
        costs.operatorMicros(),
        costs.sampleMicros());
    double kilobytes = shape.stateBytes() / 1e3;
    if (load.rocksdb()) {
      add(
          "access",
          "state access of a frame",
          (costs.accessMicros() + costs.accessKilobyteMicros() * kilobytes) / load.bundle(),
          "µs",
          "(%s µs + %s µs · kB of state) / bundle",
          costs.accessMicros(),
          costs.accessKilobyteMicros());
    } else {
      add("access", "state access of a frame", 0, "µs", "in the operator's share, on the heap");
    }
    double micros = value("arithmetic") + value("transport") + value("access");
    add("cpu", "CPU time of a frame", micros, "µs", "the three above");
    double busy = load.framesPerSecond() * micros / 1e6;
    add("busy", "cores kept busy", busy, "cores", "frames a second · CPU time");
    add(
        "parallelism",
        "parallelism",
        Math.ceil(busy / UTILISATION),
        "slots",
        "cores kept busy / %s, rounded up: one core a slot",
        UTILISATION);
    taskManagers();
    add(
        "partitions",
        "partitions of the frames topic",
        value("parallelism"),
        "",
        "at least the parallelism; a multiple leaves room to grow");
  }

  /** As many as the slots need, or as the disks need that take the states. */
  private void taskManagers() {
    double bySlots = Math.ceil(value("parallelism") / SLOTS_PER_TASK_MANAGER);
    if (!load.rocksdb()) {
      add("taskManagers", "task managers", bySlots, "", "of %s slots each", SLOTS_PER_TASK_MANAGER);
      return;
    }
    add(
        "diskWrites",
        "disk writes",
        load.framesPerSecond() / load.bundle() * shape.stateBytes() * ROCKSDB_WRITES,
        "B/s",
        "frames a second / bundle · state of a key · %s",
        ROCKSDB_WRITES);
    add(
        "taskManagers",
        "task managers",
        Math.max(bySlots, Math.ceil(value("diskWrites") / DISK_BYTES_PER_SECOND)),
        "",
        "of at most %s slots and %s MB/s of disk writes each",
        SLOTS_PER_TASK_MANAGER,
        DISK_BYTES_PER_SECOND / 1e6);
  }

  private double arithmeticMicros() {
    double nanos = costs.callNanos() * shape.elements();
    for (Shape.Layer layer : shape.layers()) {
      double scan = layer.lowRank() ? costs.dplrNanos() : costs.s4dNanos();
      double weights = 2.0 * layer.width() * layer.width();
      nanos += load.frame() * (scan * layer.elements() + costs.linearNanos() * weights);
    }
    return nanos / 1e3;
  }

  private void state() {
    double perKey = shape.stateBytes();
    double all = perKey * load.keys();
    double slots = value("parallelism");
    add("statePerKey", "state of a key", perKey, "B", "header and 4 B an element, as stored");
    add("state", "state of all keys", all, "B", "keys · state of a key");
    if (load.rocksdb()) {
      add(
          "memory",
          "RocksDB memory, all slots",
          ROCKSDB_BYTES_PER_SLOT * slots,
          "B",
          "%s MB of managed memory a slot",
          ROCKSDB_BYTES_PER_SLOT / 1e6);
      add("disk", "local disk", all * ROCKSDB_DISK, "B", "state · %s", ROCKSDB_DISK);
    } else {
      add(
          "memory",
          "heap for state, all task managers",
          all * HEAP_COPIES / HEAP_LIVE,
          "B",
          "state · %s / %s: copies while a checkpoint runs, room for the collector",
          HEAP_COPIES,
          HEAP_LIVE);
    }
    checkpoints(all);
  }

  private void checkpoints(double all) {
    double interval = load.checkpointInterval().toMillis() / 1e3;
    double touched = Math.min(1, interval * load.rateHz() / load.frame());
    add("checkpoint", "full checkpoint", all, "B", "state of all keys, not compressed");
    add(
        "fullBandwidth",
        "its bandwidth",
        all / interval,
        "B/s",
        "full checkpoint / %s s",
        interval);
    add(
        "incremental",
        "incremental checkpoint",
        load.rocksdb() ? all * touched : all,
        "B",
        load.rocksdb()
            ? "state · min(1, frames of a key in an interval): a key that moves is written whole"
            : "the heap backend has none: full");
    add(
        "incrementalBandwidth",
        "its bandwidth",
        value("incremental") / interval,
        "B/s",
        "incremental checkpoint / %s s",
        interval);
    double restore = all / (value("taskManagers") * RESTORE_BYTES_PER_SECOND);
    add(
        "restore",
        "restoring all state",
        restore,
        "s",
        "state / (task managers · %s MB/s)",
        RESTORE_BYTES_PER_SECOND / 1e6);
    double spare = value("parallelism") - value("busy");
    add(
        "recovery",
        "until caught up after a loss",
        (interval + DETECT_SECONDS + restore) * (1 + value("busy") / spare) - interval,
        "s",
        "(interval + %s s + restoring) · parallelism / spare cores − interval",
        DETECT_SECONDS);
  }

  private void traffic() {
    double frames = load.framesPerSecond();
    double frameBytes = costs.frameBytes() + costs.sampleBytes() * load.frame();
    add(
        "networkIn",
        "frames from Kafka",
        frames * frameBytes,
        "B/s",
        "frames a second · (%s B + %s B · frame); keyBy moves as much between task managers",
        costs.frameBytes(),
        costs.sampleBytes());
    add(
        "networkOut",
        "scores to Kafka",
        frames * costs.scoreBytes(),
        "B/s",
        "frames a second · %s B",
        costs.scoreBytes());
  }

  private void add(
      String name, String label, double value, String unit, String formula, Object... measured) {
    Object[] texts = new Object[measured.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = plain(((Number) measured[i]).doubleValue());
    }
    figures.add(new Figure(name, label, value, unit, String.format(Locale.ROOT, formula, texts)));
  }

  /** Three digits, without trailing zeros. */
  private static String plain(double value) {
    return new java.math.BigDecimal(value)
        .round(new java.math.MathContext(3))
        .stripTrailingZeros()
        .toPlainString();
  }
}
