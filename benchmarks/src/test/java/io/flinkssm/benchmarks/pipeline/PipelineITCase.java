package io.flinkssm.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.jobs.JobOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The measurements at a size where only their bookkeeping shows. */
@TestInstance(Lifecycle.PER_CLASS)
class PipelineITCase {
  private static final Workload TINY =
      Workload.audio(3).with(Layers.Kind.S4D, new Layers.Shape(4, 2, 1));
  private static final int FRAMES = 60;

  @TempDir private static Path folder;
  private Pipeline pipeline;

  @BeforeAll
  void start() {
    pipeline = new Pipeline(folder);
  }

  @AfterAll
  void stop() throws Exception {
    pipeline.close();
  }

  @Test
  void everyFrameBetweenTheMarksIsMeasuredWithAndWithoutTheModel() throws Exception {
    String topic = pipeline.fill(TINY, FRAMES);
    Configuration options = pipeline.options(topic, Pipeline.Backend.ROCKSDB);

    Meter.Reading pass =
        Pipeline.measure(
            PassThrough::score, pipeline.options(topic, Pipeline.Backend.HEAP), 10, FRAMES);
    Meter.Reading job = Pipeline.measure(TINY.scoring(), options, 10, FRAMES);

    assertThat(pass.frames()).isEqualTo(FRAMES - 1 - 10);
    assertThat(job.frames()).isEqualTo(FRAMES - 1 - 10);
    assertThat(job.wallNanos()).isPositive();
    assertThat(job.cpuNanos()).isPositive();
    // 320 samples of 4 bytes, a key, a time, a rate.
    assertThat(pipeline.meanRecordBytes(topic)).isBetween(1280.0, 1400.0);
    assertThat(pipeline.meanRecordBytes(options.get(JobOptions.SCORES_TOPIC))).isPositive();
  }

  @Test
  void aRunWithTooFewScoresIsNoMeasurement() throws Exception {
    String topic = pipeline.fill(TINY, 6);
    Configuration options = pipeline.options(topic, Pipeline.Backend.HEAP);

    assertThatThrownBy(() -> Pipeline.measure(PassThrough::score, options, 2, FRAMES))
        .hasMessageContaining("6 scores, too few to measure to 59");
  }

  @Test
  void everyFrameAfterTheWarmUpHasALatency() throws Exception {
    Histogram micros =
        LatencyRun.measure(pipeline, TINY, 200, Duration.ofMillis(100), Duration.ofMillis(400));

    assertThat(micros.getTotalCount()).isEqualTo(80);
    assertThat(micros.getMinValue()).isPositive();
  }

  @Test
  void theProfileNamesTheMethodThatTakesTheTime() throws Exception {
    BareAdvance bare = new BareAdvance(TINY);

    Profile profile = Profile.of(BareAdvance.THREADS::equals, () -> bare.measure(3000));

    assertThat(profile.samples()).isPositive();
    assertThat(profile.top(3).keySet())
        .hasSizeBetween(1, 3)
        .allSatisfy(method -> assertThat(method).contains("."));
    assertThat(profile.top(Integer.MAX_VALUE).keySet())
        .anySatisfy(method -> assertThat(method).startsWith("io.flinkssm."));
  }
}
