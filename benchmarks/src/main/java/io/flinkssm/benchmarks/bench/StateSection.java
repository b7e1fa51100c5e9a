package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.pipeline.Meter;
import io.flinkssm.benchmarks.pipeline.Pipeline;
import io.flinkssm.benchmarks.pipeline.Pipeline.Backend;
import io.flinkssm.benchmarks.pipeline.Rounds;
import io.flinkssm.benchmarks.pipeline.Workload;
import io.flinkssm.flink.ScoringOptions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;

/** The job with its state in RocksDB, beside the same job with its state on the heap. */
final class StateSection implements Section {
  private static final int SENSORS = 1000;
  private static final int BUNDLED = 32;
  private static final Map<String, String> NO_OPTIONS = Map.of();

  /** So many frames of each key of an operator instance; a watermark would end a bundle early. */
  private static final Map<String, String> BUNDLING =
      Map.of(
          ScoringOptions.BUNDLE_MAX_FRAMES.key(),
          Integer.toString(BUNDLED * SENSORS / Pipeline.PARALLELISM),
          ScoringOptions.BUNDLE_MAX_LATENCY.key(),
          "1 s",
          PipelineOptions.AUTO_WATERMARK_INTERVAL.key(),
          "1 s");

  private boolean compiled;

  @Override
  public String name() {
    return "state";
  }

  @Override
  public String title() {
    return "Kafka to Kafka: RocksDB beside the heap";
  }

  @Override
  public List<String> jvmOptions() {
    return PipelineSection.PIPELINE_JVM;
  }

  @Override
  public void run(Bench bench) throws Exception {
    try (Pipeline pipeline = new Pipeline(bench.workFolder())) {
      int keys = bench.quick() ? 2000 : 10_000;
      Workload audio = Workload.audio(keys);
      compare(
          bench,
          pipeline,
          audio,
          // Every key has a state before the clock starts.
          new Sizes(keys, keys * (bench.quick() ? 3L : 4L)),
          keys + " keys, 20 ms frames",
          Target.atLeast(0.6, "×"),
          NO_OPTIONS);
      Sizes sensors = bench.quick() ? new Sizes(20_000, 80_000) : new Sizes(60_000, 240_000);
      compare(
          bench,
          pipeline,
          Workload.sensors(SENSORS),
          sensors,
          SENSORS + " keys, single-sample frames, not bundled",
          null,
          NO_OPTIONS);
      compare(
          bench,
          pipeline,
          Workload.sensors(SENSORS),
          sensors,
          SENSORS + " keys, single-sample frames, bundled by " + BUNDLED + " per key",
          Target.atLeast(0.5, "×"),
          BUNDLING);
    }
  }

  /** Frames before the clock starts, and in all. */
  private record Sizes(long warmUp, long frames) {}

  private void compare(
      Bench bench,
      Pipeline pipeline,
      Workload workload,
      Sizes sizes,
      String what,
      Target target,
      Map<String, String> options)
      throws Exception {
    String topic = pipeline.fill(workload, sizes.frames);
    Rounds ratio = new Rounds();
    String remark = "";
    // The first round compiles; in quick runs that of the first comparison serves all.
    int first = bench.quick() && compiled ? 1 : 0;
    compiled = true;
    for (int round = first; round <= (bench.quick() ? 1 : 3); round++) {
      bench.progress(what + ", round " + round);
      Meter.Reading heap = measure(pipeline, workload, topic, sizes, Backend.HEAP, options);
      Meter.Reading rocksdb = measure(pipeline, workload, topic, sizes, Backend.ROCKSDB, options);
      if (round > 0) {
        ratio.add(rocksdb.framesPerSecond() / heap.framesPerSecond());
        remark =
            String.format(
                Locale.ROOT,
                "last round: %.0f and %.0f frames a second, CPU %.1f and %.1f µs a frame",
                rocksdb.framesPerSecond(),
                heap.framesPerSecond(),
                rocksdb.cpuMicrosPerFrame(),
                heap.cpuMicrosPerFrame());
      }
    }
    bench.row(
        new Row(
            name(),
            "ScoringJob on RocksDB, " + what + ": throughput",
            "on heap",
            target,
            ratio.median(),
            ratio.low(),
            ratio.high(),
            "×",
            remark));
  }

  private static Meter.Reading measure(
      Pipeline pipeline,
      Workload workload,
      String topic,
      Sizes sizes,
      Backend backend,
      Map<String, String> options)
      throws Exception {
    Configuration config = pipeline.options(topic, backend);
    options.forEach(config::setString);
    return Pipeline.measure(workload.scoring(), config, sizes.warmUp, sizes.frames);
  }
}
