package io.flinkssm.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.jobs.kafka.KafkaTesting;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/** The whole job against the broker image of the compose file; skipped without an engine. */
@Testcontainers(disabledWithoutDocker = true)
class ScoringJobContainerITCase {
  @Container private static final KafkaContainer KAFKA = new KafkaContainer("apache/kafka:4.2.2");

  @TempDir private Path directory;

  @Test
  void scoresEveryFrameOnce() throws Exception {
    ScoringJobFixture fixture =
        new ScoringJobFixture(KafkaTesting.at(KAFKA.getBootstrapServers()), directory);
    fixture.send(0, 3);
    fixture.sendGarbage();
    Configuration run = fixture.run().set(JobOptions.STOP_AT_END, true);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, run);
    ScoringJob.build(env, run);
    env.execute();
    assertThat(fixture.scores(run))
        .filteredOn(score -> !score.endOfSegment())
        .hasSize(3 * ScoringJobFixture.KEYS);
  }
}
