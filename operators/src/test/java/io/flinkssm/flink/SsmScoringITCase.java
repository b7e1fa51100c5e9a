package io.flinkssm.flink;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.frame;
import static io.flinkssm.stream.Frames.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.model.ModelDirectory;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Frames;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig.Ordering;
import java.io.FileNotFoundException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The public entry in a real, small cluster, without generic types. */
class SsmScoringITCase {
  private static final InMemoryReporter REPORTER = InMemoryReporter.createWithRetainedMetrics();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setConfiguration(REPORTER.addToConfiguration(new Configuration()))
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(
            new Configuration().set(PipelineOptions.GENERIC_TYPES, false));
    env.setParallelism(2);
    return env;
  }

  @ParameterizedTest
  @CsvSource({"SORTED, 1", "SORTED, 30", "ARRIVAL, 1", "ARRIVAL, 30"})
  void scoresRejectsAndCounts(Ordering ordering, int bundle) throws Exception {
    List<Frame> frames = new ArrayList<>();
    for (int key = 0; key < 7; key++) {
      frames.addAll(Frames.split("key-" + key, signal(key, 500, 1), 50, 1000));
    }
    frames.add(frame(null, T0, 1000, 1));
    frames.add(frame("key-0", T0, -1, 1));
    Configuration options =
        new Configuration()
            .set(ScoringOptions.MODEL_PATH, ToyLoader.URI)
            .set(ScoringOptions.ORDERING, ordering)
            .set(ScoringOptions.BUNDLE_MAX_FRAMES, bundle)
            .set(ScoringOptions.MAX_OUT_OF_ORDERNESS, Duration.ofSeconds(10));
    StreamExecutionEnvironment env = environment();
    if (bundle > 1) {
      env.getConfig().enableObjectReuse(); // frames are held from record to record
    }
    DataStream<Frame> input =
        env.fromData(frames, SsmTypeInfo.FRAME)
            .assignTimestampsAndWatermarks(SsmScoring.watermarks(options));
    ScoredStreams scored = SsmScoring.score(input, options, new ToyLoader());
    assertThat(scored.scores().getTransformation().getUid()).isEqualTo("ssm-scoring");
    assertThat(scored.scores().getTransformation().getMaxParallelism()).isEqualTo(720);
    Gather.all(scored);
    JobID job = env.execute().getJobID();

    // Ten frames and the final score for each of seven keys.
    assertThat(Gather.SCORES).hasSize(77);
    assertThat(Gather.SCORES)
        .filteredOn(Score::endOfSegment)
        .hasSize(7)
        .allMatch(s -> s.position() == 500);
    assertThat(Gather.REJECTED)
        .extracting(Rejection::reason)
        .containsExactlyInAnyOrder(Rejection.Reason.MISSING_KEY, Rejection.Reason.BAD_RATE);
    assertThat(count(job, "ssm.model.toy.samplesScored")).isEqualTo(3500);
    assertThat(count(job, "ssm.model.toy.stateResets")).isEqualTo(7);
    assertThat(count(job, "ssm.model.toy.reason.BAD_RATE.rejected")).isEqualTo(1);
    assertThat(count(job, "ssm.model.toy.eventTimeLagMillis")).isEqualTo(70);
    assertThat(count(job, "ssm.model.toy.stepNanos")).isBetween(1L, 2L);
  }

  /** A counter's value, or a histogram's number of values, over all subtasks. */
  private static long count(JobID job, String name) {
    long sum = 0;
    for (Metric metric : REPORTER.findMetrics(job, name).values()) {
      sum +=
          metric instanceof Counter counter ? counter.getCount() : ((Histogram) metric).getCount();
    }
    return sum;
  }

  @Test
  void modelIsReadThroughFlinksFileSystems() {
    assertThatThrownBy(() -> ModelLoader.ofFileSystem().load("file:///nowhere/at/all"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(ModelDirectory.CONFIG);
  }

  @Test
  void missingModelPathIsNamed() {
    DataStream<Frame> input =
        environment().fromData(List.of(frame("k", T0, 1000, 1)), SsmTypeInfo.FRAME);
    assertThatThrownBy(() -> SsmScoring.score(input, new Configuration()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ssm.model.path");
  }
}
