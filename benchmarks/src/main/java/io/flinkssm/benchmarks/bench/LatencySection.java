package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.pipeline.LatencyRun;
import io.flinkssm.benchmarks.pipeline.Meter;
import io.flinkssm.benchmarks.pipeline.Pipeline;
import io.flinkssm.benchmarks.pipeline.Pipeline.Backend;
import io.flinkssm.benchmarks.pipeline.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** How long a frame takes from the moment it was due to be sent until its score can be read. */
final class LatencySection implements Section {
  private static final int KEYS = 100;
  private static final double[] LOADS = {0.5, 0.9};

  /** The horizontal axis of the plot: 1/(1 − p), so that each decade is a further nine. */
  private static final double[] PERCENTILES = {0, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99};

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String title() {
    return "Kafka to Kafka: latency from the intended time of sending to the score read";
  }

  @Override
  public List<String> jvmOptions() {
    return PipelineSection.PIPELINE_JVM;
  }

  @Override
  public void run(Bench bench) throws Exception {
    Workload workload = Workload.audio(KEYS);
    try (Pipeline pipeline = new Pipeline(bench.workFolder())) {
      double capacity = capacity(bench, pipeline, workload);
      for (double load : LOADS) {
        bench.progress(String.format(Locale.ROOT, "at %.0f %% of capacity", 100 * load));
        Histogram micros =
            LatencyRun.measure(
                pipeline,
                workload,
                load * capacity,
                Duration.ofSeconds(bench.quick() ? 2 : 10),
                Duration.ofSeconds(bench.quick() ? 4 : 30));
        report(bench, load, capacity, micros);
      }
    }
  }

  /** Frames a second that the job scores when there are always more; the last run counts. */
  private static double capacity(Bench bench, Pipeline pipeline, Workload workload)
      throws Exception {
    long frames = bench.quick() ? 8_000 : 24_000;
    String topic = pipeline.fill(workload, frames);
    double capacity = 0;
    for (int run = 0; run < (bench.quick() ? 1 : 2); run++) {
      bench.progress("capacity, run " + run);
      Meter.Reading reading =
          Pipeline.measure(
              workload.scoring(), pipeline.options(topic, Backend.HEAP), frames / 2, frames);
      capacity = reading.framesPerSecond();
    }
    return capacity;
  }

  private void report(Bench bench, double load, double capacity, Histogram micros) {
    String at = String.format(Locale.ROOT, "%.0f %% load", 100 * load);
    bench.row(
        new Row(
            name(),
            "median latency at " + at + ", 20 ms frames of " + KEYS + " keys, heap",
            "",
            null,
            millis(micros, 50),
            millis(micros, 50),
            millis(micros, 50),
            "ms",
            String.format(
                Locale.ROOT,
                "%.0f frames a second of %.0f; p90 %.1f, p99 %.1f, p99.9 %.1f, max %.1f ms of %d"
                    + " frames; sender, broker and reader share the two cores",
                load * capacity,
                capacity,
                millis(micros, 90),
                millis(micros, 99),
                millis(micros, 99.9),
                micros.getMaxValue() / 1e3,
                micros.getTotalCount())));
    double[] x = new double[PERCENTILES.length];
    double[] y = new double[PERCENTILES.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = 100 / (100 - PERCENTILES[i]);
      y[i] = millis(micros, PERCENTILES[i]);
    }
    bench.series(
        new Series(
            "Latency from intended send to score read",
            at,
            "1 / (1 − percentile): 10 is p90, 100 is p99, 1000 is p99.9",
            "ms",
            x,
            y,
            true,
            true));
  }

  private static double millis(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }
}
