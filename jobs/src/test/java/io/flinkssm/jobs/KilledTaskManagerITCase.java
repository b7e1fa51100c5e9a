package io.flinkssm.jobs;

import static io.flinkssm.jobs.ScoringJobFixture.KEYS;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.stream.ScoringConfig.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job jar on a real cluster by {@code flink run}; the process that scores is killed while its
 * transactions are open, and another takes over.
 */
class KilledTaskManagerITCase {
  private final KafkaTesting kafka = KafkaTesting.shared();

  @TempDir private Path directory;

  @Test
  void aKilledTaskManagerChangesNoCommittedByte() throws Exception {
    ScoringJobFixture fixture = new ScoringJobFixture(kafka, directory);
    Configuration disturbed = fixture.run().set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    // Only on demand, so that it is known which frames a checkpoint covers.
    disturbed.setString("execution.checkpointing.interval", "1 h");
    String scores = disturbed.get(JobOptions.SCORES_TOPIC);
    Map<String, String> byFlinkRun = Map.of(ScoringOptions.PRECISION.key(), "float64");

    try (FlinkProcesses flink = new FlinkProcesses(directory)) {
      Process first = flink.startTaskManager();
      fixture.send(0, 5);
      String job = flink.run(FlinkProcesses.jobJar(), byFlinkRun, arguments(disturbed));
      flink.await(
          "committed scores",
          () -> {
            flink.checkpoint(job);
            return kafka.readCommitted(scores).size() == 5 * KEYS;
          });
      fixture.send(5, 8);
      flink.await("open transaction", () -> kafka.hasOpenTransaction(scores));
      flink.kill(first);
      assertThat(kafka.readCommitted(scores)).hasSize(5 * KEYS);

      fixture.send(8, 12);
      flink.startTaskManager();
      flink.await(
          "scores after the restart",
          () -> {
            flink.checkpoint(job);
            return kafka.readCommitted(scores).size() >= 12 * KEYS;
          });
      flink.drain(job);
      flink.await("end of the job", () -> "FINISHED".equals(flink.state(job)));
    }

    Configuration undisturbed =
        fixture
            .run()
            .set(ScoringOptions.PRECISION, Precision.FLOAT64)
            .set(JobOptions.STOP_AT_END, true);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(1, undisturbed);
    ScoringJob.build(env, undisturbed);
    env.execute();
    assertThat(fixture.byKey(scores))
        .hasSize(KEYS)
        .isEqualTo(fixture.byKey(undisturbed.get(JobOptions.SCORES_TOPIC)));
  }

  private static List<String> arguments(Configuration run) {
    List<String> arguments = new ArrayList<>();
    run.toMap().forEach((key, value) -> arguments.addAll(List.of("--" + key, value)));
    return arguments;
  }
}
