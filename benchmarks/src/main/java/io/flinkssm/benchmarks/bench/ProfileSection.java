package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.pipeline.BareAdvance;
import io.flinkssm.benchmarks.pipeline.Meter;
import io.flinkssm.benchmarks.pipeline.Pipeline;
import io.flinkssm.benchmarks.pipeline.Pipeline.Backend;
import io.flinkssm.benchmarks.pipeline.Profile;
import io.flinkssm.benchmarks.pipeline.ThreadTimes;
import io.flinkssm.benchmarks.pipeline.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Where the scoring threads spend their time: the methods on top of their stacks. */
final class ProfileSection implements Section {
  private static final int METHODS = 15;
  private static final int SHOWN = 5;

  @Override
  public String name() {
    return "profile";
  }

  @Override
  public String title() {
    return "Where the time of the scoring threads goes (Flight Recorder)";
  }

  @Override
  public List<String> jvmOptions() {
    return PipelineSection.PIPELINE_JVM;
  }

  @Override
  public void run(Bench bench) throws Exception {
    Workload audio = Workload.audio(100);
    BareAdvance bare = new BareAdvance(audio);
    bare.measure(1000);
    long frames = bench.quick() ? 5_000 : 20_000;
    Profile advance = Profile.of(BareAdvance.THREADS::equals, () -> bare.measure(frames));
    report(bench, "advance alone, 320 samples", advance, Map.of());
    try (Pipeline pipeline = new Pipeline(bench.workFolder())) {
      job(bench, pipeline, audio, Backend.HEAP, frames, "job on heap, 20 ms frames");
      Workload sensors = Workload.sensors(1000);
      String what = "job on RocksDB, single-sample frames";
      job(bench, pipeline, sensors, Backend.ROCKSDB, 12 * frames, what);
    }
  }

  private void job(
      Bench bench, Pipeline pipeline, Workload workload, Backend backend, long frames, String what)
      throws Exception {
    bench.progress(what);
    String topic = pipeline.fill(workload, frames);
    Meter.Reading[] reading = new Meter.Reading[1];
    Profile profile =
        Profile.of(
            thread -> thread.startsWith("ssm-scoring"),
            () ->
                reading[0] =
                    Pipeline.measure(
                        workload.scoring(), pipeline.options(topic, backend), frames / 5, frames));
    ThreadTimes threads = reading[0].threads();
    Map<String, Double> perFrame =
        threads.seconds().entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, e -> e.getValue() * 1e6 / reading[0].frames()));
    report(bench, what, profile, perFrame);
  }

  private void report(Bench bench, String what, Profile profile, Map<String, Double> threadMicros)
      throws IOException {
    Map<String, Double> top = profile.top(METHODS);
    double first = top.values().stream().findFirst().orElse(Double.NaN) * 100;
    String remark =
        top.entrySet().stream()
            .limit(SHOWN)
            .map(
                e ->
                    String.format(
                        Locale.ROOT, "%s %.0f %%", method(e.getKey()), 100 * e.getValue()))
            .collect(Collectors.joining(", "));
    bench.row(new Row(name(), "top of stack: " + what, "", null, first, first, first, "%", remark));
    StringBuilder text = new StringBuilder(what + ", " + profile.samples() + " samples\n\n");
    top.forEach(
        (method, share) ->
            text.append(String.format(Locale.ROOT, "%5.1f %%  %s%n", 100 * share, method)));
    if (!threadMicros.isEmpty()) {
      text.append("\nCPU time by kind of thread, µs a frame\n\n");
      threadMicros.entrySet().stream()
          .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
          .limit(METHODS)
          .forEach(
              e ->
                  text.append(String.format(Locale.ROOT, "%7.1f  %s%n", e.getValue(), e.getKey())));
    }
    String file = "profile-" + what.replaceAll("[^A-Za-z0-9]+", "-") + ".txt";
    Files.writeString(bench.workFolder().resolve(file), text);
  }

  /** Class and method without the package. */
  private static String method(String name) {
    String[] parts = name.split("\\.");
    return parts[parts.length - 2] + "." + parts[parts.length - 1];
  }
}
