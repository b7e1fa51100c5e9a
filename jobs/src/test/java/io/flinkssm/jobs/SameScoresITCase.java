package io.flinkssm.jobs;

import static io.flinkssm.jobs.ScoringJobFixture.KEYS;
import static io.flinkssm.jobs.ScoringJobFixture.LENGTH;
import static io.flinkssm.jobs.ScoringJobFixture.RATE_HZ;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.jobs.kafka.SignalFrameCodec;
import io.flinkssm.jobs.registry.InProcessRegistry;
import io.flinkssm.jobs.registry.RegistryOptions;
import io.flinkssm.jobs.registry.SchemaRegistry;
import io.flinkssm.schemas.SignalFrame;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.ScoringConfig.Ordering;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must not change a byte of any key's scores, through the whole job. */
class SameScoresITCase {
  private static final int ROUNDS = 13;
  private static final int REGISTRY_HEADER = 5;

  private final KafkaTesting kafka = KafkaTesting.shared();

  @TempDir private Path directory;
  private ScoringJobFixture plain;
  private Map<String, List<String>> expected;

  @BeforeEach
  void scoreOnHeapAsFramesArrive() throws Exception {
    plain = fixture("plain");
    plain.send(0, ROUNDS);
    Configuration run = plain.run().set(StateBackendOptions.STATE_BACKEND, "hashmap");
    expected = scores(plain, run, 0);
    assertThat(expected).hasSize(KEYS);
  }

  @Test
  void theStateBackend() throws Exception {
    Configuration run = plain.run().set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    assertThat(scores(plain, run, 0)).isEqualTo(expected);
  }

  @Test
  void framesThatAreScoredTogether() throws Exception {
    Configuration run =
        plain
            .run()
            .set(StateBackendOptions.STATE_BACKEND, "rocksdb")
            .set(ScoringOptions.BUNDLE_MAX_FRAMES, 7);
    assertThat(scores(plain, run, 0)).isEqualTo(expected);
  }

  @Test
  void theOrderOfArrivalWithinTheBoundOnceSorted() throws Exception {
    int window = 4;
    List<Frame> permuted = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round += window) {
      List<Frame> some = ScoringJobFixture.frames(round, Math.min(ROUNDS, round + window));
      Collections.shuffle(some, new Random(round));
      permuted.addAll(some);
    }
    ScoringJobFixture disordered = fixture("disordered");
    disordered.send(permuted);
    Configuration run =
        disordered
            .run()
            .set(ScoringOptions.ORDERING, Ordering.SORTED)
            .set(
                ScoringOptions.MAX_OUT_OF_ORDERNESS,
                Duration.ofMillis(1000L * window * LENGTH / RATE_HZ));
    assertThat(scores(disordered, run, 0)).isEqualTo(expected);
    assertThat(disordered.rejected(run)).isEmpty();
  }

  @Test
  void theSchemaRegistryBeforeAndBehindTheJob() throws Exception {
    try (InProcessRegistry server = new InProcessRegistry()) {
      SchemaRegistry client = new SchemaRegistry(RegistryOptions.of(server.url()));
      int schema = client.register("frames-value", SignalFrame.SCHEMA$);
      SignalFrameCodec codec = new SignalFrameCodec();
      ScoringJobFixture registered = fixture("registered");
      registered.send(
          ScoringJobFixture.frames(0, ROUNDS), f -> withHeader(schema, codec.encode(f)));
      byte[] ofUnknownSchema = withHeader(77, new byte[] {1, 2, 3});
      registered.send("a", ofUnknownSchema);
      Configuration run =
          registered
              .run()
              .set(JobOptions.FORMAT, JobOptions.Format.AVRO_CONFLUENT)
              .set(JobOptions.REGISTRY_URL, server.url());
      assertThat(scores(registered, run, REGISTRY_HEADER)).isEqualTo(expected);

      var rejected = kafka.readCommitted(run.get(JobOptions.REJECTED_TOPIC));
      assertThat(rejected).hasSize(1);
      assertThat(new String(rejected.get(0).value(), java.nio.charset.StandardCharsets.ISO_8859_1))
          .contains("schema id 77");
      assertThat(server.requests())
          .contains("POST /subjects/" + run.get(JobOptions.SCORES_TOPIC) + "-value/versions");
    }
  }

  private ScoringJobFixture fixture(String name) throws IOException {
    return new ScoringJobFixture(kafka, Files.createDirectory(directory.resolve(name)));
  }

  private static Map<String, List<String>> scores(
      ScoringJobFixture fixture, Configuration run, int header) throws Exception {
    ScoringJobFixture.toTheEnd(run);
    return fixture.byKey(run.get(JobOptions.SCORES_TOPIC), header);
  }

  private static byte[] withHeader(int schema, byte[] avro) {
    return ByteBuffer.allocate(REGISTRY_HEADER + avro.length)
        .put((byte) 0)
        .putInt(schema)
        .put(avro)
        .array();
  }
}
