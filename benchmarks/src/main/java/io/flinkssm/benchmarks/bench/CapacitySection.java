package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.benchmarks.pipeline.BareAdvance;
import io.flinkssm.benchmarks.pipeline.Meter;
import io.flinkssm.benchmarks.pipeline.PassThrough;
import io.flinkssm.benchmarks.pipeline.Pipeline;
import io.flinkssm.benchmarks.pipeline.Pipeline.Backend;
import io.flinkssm.benchmarks.pipeline.Rounds;
import io.flinkssm.benchmarks.pipeline.Workload;
import io.flinkssm.jobs.JobOptions;
import io.flinkssm.jobs.capacity.Costs;
import io.flinkssm.jobs.capacity.Shape;
import java.nio.file.Files;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/**
 * The unit costs of {@code ssm capacity}: each is the difference of two runs that differ in one
 * thing. Writes {@code costs.properties} into the work folder.
 */
final class CapacitySection implements Section {
  private static final int FRAME = 320;

  /** Of a run with state, each of one sample. */
  private static final long FRAMES = 100_000;

  private static final Layers.Shape WIDE = new Layers.Shape(128, 32, 2);

  /** A fraction of the state of {@link Workload#TWO_LAYERS}. */
  private static final Layers.Shape SMALL = new Layers.Shape(64, 8, 2);

  private final Workload audio = Workload.audio(100);
  private final Workload sensors = Workload.sensors(1000);

  @Override
  public String name() {
    return "capacity";
  }

  @Override
  public String title() {
    return "Unit costs for capacity planning";
  }

  @Override
  public List<String> jvmOptions() {
    return PipelineSection.PIPELINE_JVM;
  }

  /** CPU microseconds a frame of the job without model, of the same with, and of the broker. */
  private record Transport(double job, double broker, double frameBytes, double scoreBytes) {}

  @Override
  public void run(Bench bench) throws Exception {
    if (bench.quick()) {
      bench.progress("unit costs are measured in full runs only");
      return;
    }
    double elements = 64.0 * 64;
    double weights = 2.0 * 64 * 64;
    bench.progress("arithmetic");
    // Two layers each; a layer of twice the width has twice the elements and four times the
    // weights.
    double narrow = advanceNanos(audio) / 2;
    double wide = advanceNanos(audio.with(Layers.Kind.S4D, WIDE)) / 2;
    double lowRank = advanceNanos(audio.with(Layers.Kind.DPLR, Workload.TWO_LAYERS)) / 2;
    double linear = Math.max(0, (wide - 2 * narrow) / (2 * weights));
    double s4d = (narrow - linear * weights) / elements;
    double dplr = (lowRank - linear * weights) / elements;
    double oneNanos = advanceNanos(sensors);
    double call = Math.max(0, oneNanos / 2 - narrow) / elements;

    try (Pipeline pipeline = new Pipeline(bench.workFolder())) {
      Transport one = transport(bench, pipeline, sensors, 200_000);
      Transport block = transport(bench, pipeline, audio, 40_000);
      double sample = (block.job - one.job) / (FRAME - 1);
      String topic = pipeline.fill(sensors, FRAMES);
      double heap = job(bench, pipeline, topic, sensors, Backend.HEAP);
      double large = job(bench, pipeline, topic, sensors, Backend.ROCKSDB) - heap;
      Workload smallState = sensors.with(Layers.Kind.S4D, SMALL);
      double small =
          job(bench, pipeline, topic, smallState, Backend.ROCKSDB)
              - job(bench, pipeline, topic, smallState, Backend.HEAP);
      double largeBytes = Shape.of(64, 64, 2, false).stateBytes() / 1e3;
      double smallBytes = Shape.of(64, 16, 2, false).stateBytes() / 1e3;
      double perKilobyte = Math.max(0, (large - small) / (largeBytes - smallBytes));
      double sampleBytes = (block.frameBytes - one.frameBytes) / (FRAME - 1);
      Machine machine = Machine.here();
      Costs costs =
          new Costs(
              machine.cpu() + ", " + machine.jvm(),
              machine.date().substring(0, 10),
              s4d,
              dplr,
              linear,
              call,
              one.job - sample,
              sample,
              Math.max(0, heap - one.job - oneNanos / 1e3),
              block.broker,
              Math.max(0, small - perKilobyte * smallBytes),
              perKilobyte,
              one.frameBytes - sampleBytes,
              sampleBytes,
              one.scoreBytes);
      Files.writeString(bench.workFolder().resolve("costs.properties"), costs.toProperties());
      rows(bench, costs);
    }
  }

  /** CPU time of a sample. */
  private static double advanceNanos(Workload workload) throws Exception {
    BareAdvance bare = new BareAdvance(workload);
    long frames = 2_000_000 / (workload.samples() + 9);
    Rounds nanos = new Rounds();
    bare.measure(frames);
    for (int round = 0; round < 3; round++) {
      nanos.add(bare.measure(frames).cpuMicros() * 1e3 / workload.samples());
    }
    return nanos.low();
  }

  private static Transport transport(Bench bench, Pipeline pipeline, Workload workload, long frames)
      throws Exception {
    String topic = pipeline.fill(workload, frames);
    Rounds job = new Rounds();
    Rounds broker = new Rounds();
    double scoreBytes = 0;
    for (int round = 0; round < 4; round++) {
      bench.progress("transport, round " + round);
      Configuration options = pipeline.options(topic, Backend.HEAP);
      Meter.Reading reading = Pipeline.measure(PassThrough::score, options, frames / 5, frames);
      if (round > 0) {
        job.add(reading.cpuMicrosPerFrame() - reading.brokerMicrosPerFrame());
        broker.add(reading.brokerMicrosPerFrame());
        scoreBytes = pipeline.meanRecordBytes(options.get(JobOptions.SCORES_TOPIC));
      }
    }
    return new Transport(job.low(), broker.low(), pipeline.meanRecordBytes(topic), scoreBytes);
  }

  /** CPU time of a frame without the broker's. */
  private static double job(
      Bench bench, Pipeline pipeline, String topic, Workload workload, Backend backend)
      throws Exception {
    Rounds micros = new Rounds();
    for (int round = 0; round < 3; round++) {
      bench.progress("state on " + backend + ", round " + round);
      Meter.Reading reading =
          Pipeline.measure(
              workload.scoring(), pipeline.options(topic, backend), FRAMES / 5, FRAMES);
      if (round > 0) {
        micros.add(reading.cpuMicrosPerFrame() - reading.brokerMicrosPerFrame());
      }
    }
    return micros.low();
  }

  private void rows(Bench bench, Costs costs) {
    row(bench, "S4D scan, a sample and element of state", costs.s4dNanos(), "ns");
    row(bench, "DPLR scan, a sample and element of state", costs.dplrNanos(), "ns");
    row(bench, "all else of a layer, a sample and weight", costs.linearNanos(), "ns");
    row(bench, "a call, an element of state", costs.callNanos(), "ns");
    row(bench, "Kafka, Avro and keyBy, a frame", costs.frameMicros(), "µs");
    row(bench, "the same, a sample", costs.sampleMicros(), "µs");
    row(bench, "scoring operator, a frame", costs.operatorMicros(), "µs");
    row(bench, "RocksDB, a read and a write", costs.accessMicros(), "µs");
    row(bench, "the same, a kilobyte", costs.accessKilobyteMicros(), "µs");
  }

  private void row(Bench bench, String what, double cost, String unit) {
    bench.row(new Row(name(), "unit cost: " + what, "", null, cost, cost, cost, unit, "CPU time"));
  }
}
