package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.pipeline.BareAdvance;
import io.flinkssm.benchmarks.pipeline.Meter;
import io.flinkssm.benchmarks.pipeline.PassThrough;
import io.flinkssm.benchmarks.pipeline.Pipeline;
import io.flinkssm.benchmarks.pipeline.Pipeline.Backend;
import io.flinkssm.benchmarks.pipeline.Rounds;
import io.flinkssm.benchmarks.pipeline.Workload;
import io.flinkssm.jobs.capacity.Capacity;
import io.flinkssm.jobs.capacity.Costs;
import io.flinkssm.jobs.capacity.Load;
import io.flinkssm.jobs.capacity.Shape;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The whole job, beside the same job without its model and the bare arithmetic. */
final class PipelineSection implements Section {
  private static final int KEYS = 100;

  /** Kinds of threads that are shown. */
  private static final int THREADS = 6;

  private static final Target TARGET = Target.atMost(1.15, "×");

  private final Rounds wallRatio = new Rounds();
  private final Rounds cpuRatio = new Rounds();
  private final Rounds framesPerSecond = new Rounds();

  @Override
  public String name() {
    return "pipeline";
  }

  @Override
  public String title() {
    return "Kafka to Kafka: what the job adds to its model and to its transport";
  }

  @Override
  public List<String> jvmOptions() {
    return PIPELINE_JVM;
  }

  /** Room for states and their copies. */
  static final List<String> PIPELINE_JVM = List.of("-Xmx5g");

  @Override
  public void run(Bench bench) throws Exception {
    Workload workload = Workload.audio(KEYS);
    BareAdvance bare = new BareAdvance(workload);
    bare.measure(1000);
    double cpuMicros = bare.measure(1000).cpuMicros();
    long frames = Math.round((bench.quick() ? 4e6 : 8e6) * Pipeline.PARALLELISM / cpuMicros);
    String remark = "";
    String threads = "";
    try (Pipeline pipeline = new Pipeline(bench.workFolder())) {
      String topic = pipeline.fill(workload, frames);
      // The first round compiles.
      for (int round = 0; round <= (bench.quick() ? 1 : 5); round++) {
        bench.progress("round " + round + " of " + frames + " frames");
        Meter.Reading pass =
            Pipeline.measure(
                PassThrough::score, pipeline.options(topic, Backend.HEAP), frames / 5, frames);
        BareAdvance.Cost advance = bare.measure(frames / 2);
        Meter.Reading job =
            Pipeline.measure(
                workload.scoring(), pipeline.options(topic, Backend.HEAP), frames / 5, frames);
        if (round > 0) {
          wallRatio.add(
              job.wallMicrosPerFrame() / (pass.wallMicrosPerFrame() + advance.wallMicros()));
          cpuRatio.add(job.cpuMicrosPerFrame() / (pass.cpuMicrosPerFrame() + advance.cpuMicros()));
          framesPerSecond.add(job.framesPerSecond());
          remark = remark(job, pass, advance);
          threads = threads(job);
        }
      }
    }
    rows(bench, remark, threads);
  }

  private static String remark(Meter.Reading job, Meter.Reading pass, BareAdvance.Cost advance) {
    return String.format(
        Locale.ROOT,
        "last round, µs a frame of 320 samples: clock %.0f, pass-through %.0f, advance %.0f; CPU"
            + " %.0f, pass-through %.0f, advance %.0f",
        job.wallMicrosPerFrame(),
        pass.wallMicrosPerFrame(),
        advance.wallMicros(),
        job.cpuMicrosPerFrame(),
        pass.cpuMicrosPerFrame(),
        advance.cpuMicros());
  }

  private static String threads(Meter.Reading job) {
    return job.threads().seconds().entrySet().stream()
        .limit(THREADS)
        .map(
            e ->
                String.format(
                    Locale.ROOT, "%s %.0f", e.getKey(), e.getValue() * 1e6 / job.frames()))
        .collect(
            Collectors.joining(", ", "all threads but the compiler's; by kind, µs a frame: ", ""));
  }

  private void rows(Bench bench, String remark, String threads) {
    String what = "ScoringJob, 20 ms frames, H=64 N=64 2 layers S4D, heap, 2 cores, ";
    String beside = "pass-through job + bare advance";
    bench.row(row(what + "time", beside, TARGET, wallRatio, "×", remark));
    bench.row(row(what + "CPU time", beside, TARGET, cpuRatio, "×", threads));
    bench.row(row(what + "frames a second", "", null, framesPerSecond, "1/s", ""));
    double predicted = predicted();
    bench.row(
        row(
            "capacity: predicted throughput of this job",
            "measured",
            null,
            predicted / framesPerSecond.median(),
            predicted / framesPerSecond.high(),
            predicted / framesPerSecond.low(),
            "×",
            String.format(
                Locale.ROOT,
                "%.0f predicted, %.0f measured frames a second, broker included; unit costs of %s",
                predicted,
                framesPerSecond.median(),
                Costs.measured().date())));
  }

  /** Frames a second on all cores, which the embedded broker takes its share of. */
  private static double predicted() {
    Costs costs = Costs.measured();
    Load load = new Load(KEYS, 16000, 320, false, 1, Duration.ofSeconds(10));
    double micros = Capacity.value(Capacity.plan(Shape.of(64, 64, 2, false), load, costs), "cpu");
    return Pipeline.PARALLELISM * 1e6 / (micros + costs.brokerMicros());
  }

  private Row row(
      String what, String beside, Target target, Rounds rounds, String unit, String remark) {
    return row(what, beside, target, rounds.median(), rounds.low(), rounds.high(), unit, remark);
  }

  private Row row(
      String what,
      String beside,
      Target target,
      double figure,
      double low,
      double high,
      String unit,
      String remark) {
    return new Row(name(), what, beside, target, figure, low, high, unit, remark);
  }
}
