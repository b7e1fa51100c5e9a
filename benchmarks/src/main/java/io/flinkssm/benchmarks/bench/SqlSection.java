package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.pipeline.Meter;
import io.flinkssm.benchmarks.pipeline.Pipeline.Backend;
import io.flinkssm.benchmarks.pipeline.Rounds;
import io.flinkssm.benchmarks.pipeline.SqlBesideDataStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** SsmScore beside the operator of DataStream jobs: the same frames, model and number of tasks. */
final class SqlSection implements Section {
  private static final String MODEL = "models/spoken-digits-s4d";
  private static final double RATE_HZ = 8000;

  /** Kinds of threads that are shown. */
  private static final int THREADS = 3;

  @Override
  public String name() {
    return "sql";
  }

  @Override
  public String title() {
    return "Memory to memory: SQL beside DataStream";
  }

  @Override
  public List<String> jvmOptions() {
    return PipelineSection.PIPELINE_JVM;
  }

  @Override
  public void run(Bench bench) throws Exception {
    long some = bench.quick() ? 1 : 4;
    compare(bench, "20 ms frames", job(100, 160, Backend.HEAP, false), some * 5_000);
    compare(bench, "one sample a row", job(1000, 1, Backend.HEAP, false), some * 200_000);
    compare(
        bench, "one sample a row, object reuse", job(1000, 1, Backend.HEAP, true), some * 200_000);
    compare(
        bench, "one sample a row, RocksDB", job(1000, 1, Backend.ROCKSDB, false), some * 40_000);
  }

  private static SqlBesideDataStream job(int keys, int samples, Backend backend, boolean reuse) {
    Path model = Path.of(System.getProperty("ssm.home", "")).resolve(MODEL);
    return new SqlBesideDataStream(model, keys, samples, RATE_HZ, backend, reuse);
  }

  private void compare(Bench bench, String what, SqlBesideDataStream job, long frames)
      throws Exception {
    Rounds throughput = new Rounds();
    Rounds cpu = new Rounds();
    Meter.Reading dataStream = null;
    Meter.Reading sql = null;
    // The first round compiles.
    for (int round = 0; round <= (bench.quick() ? 3 : 7); round++) {
      bench.progress(what + ", round " + round);
      dataStream = job.dataStream(frames);
      sql = job.sql(frames);
      if (round > 0) {
        throughput.add(sql.framesPerSecond() / dataStream.framesPerSecond());
        cpu.add(sql.cpuMicrosPerFrame() / dataStream.cpuMicrosPerFrame());
      }
    }
    row(
        bench,
        "SsmScore, " + what + ": throughput",
        throughput,
        String.format(
            Locale.ROOT,
            "last round: %.0f and %.0f rows a second",
            sql.framesPerSecond(),
            dataStream.framesPerSecond()));
    row(
        bench,
        "SsmScore, " + what + ": CPU time a row",
        cpu,
        String.format(
            Locale.ROOT,
            "last round, µs a row: %.2f (%s) and %.2f (%s)",
            sql.cpuMicrosPerFrame(),
            threads(sql),
            dataStream.cpuMicrosPerFrame(),
            threads(dataStream)));
  }

  private void row(Bench bench, String what, Rounds ratio, String remark) {
    bench.row(
        new Row(
            name(),
            what,
            "DataStream operator",
            null,
            ratio.median(),
            ratio.low(),
            ratio.high(),
            "×",
            remark));
  }

  private static String threads(Meter.Reading reading) {
    return reading.threads().seconds().entrySet().stream()
        .limit(THREADS)
        .map(
            e ->
                String.format(
                    Locale.ROOT, "%s %.2f", e.getKey(), e.getValue() * 1e6 / reading.frames()))
        .collect(Collectors.joining(", "));
  }
}
