package io.flinkssm.jobs;

import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.jobs.kafka.AvroRecords;
import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.jobs.kafka.RecordSerializer;
import io.flinkssm.jobs.kafka.SignalFrameCodec;
import io.flinkssm.schemas.RejectedRecord;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Score;
import io.flinkssm.testing.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A frames topic with signals of several keys, a trained model, and the options to score them. */
final class ScoringJobFixture {
  static final int KEYS = 5;
  static final int PARTITIONS = 3;
  static final int CHANNELS = 2;
  static final byte[] GARBAGE = {42, 1, 2, 3};

  static final int RATE_HZ = 100;
  static final int LENGTH = 25;
  private static final String MODEL =
      """
      {"format": 1, "name": "golden", "version": "7", "architecture": "s4-classifier",
       "task": "classification", "labels": ["a", "b", "c", "d"], "sample_rate_hz": 100,
       "d_input": 2, "d_output": 4, "d_model": 32, "n_layers": 4, "prenorm": true,
       "layer": {"kind": "s4d-minimal"}}
      """;

  private final KafkaTesting kafka;
  final Path model;
  final String framesTopic;

  ScoringJobFixture(KafkaTesting kafka, Path directory) throws IOException {
    this.kafka = kafka;
    this.framesTopic = kafka.createTopic("frames", PARTITIONS);
    this.model = Files.createDirectory(directory.resolve("model"));
    Files.writeString(model.resolve("config.json"), MODEL);
    Golden.copy("06b-model-s4d-standalone.trained.safetensors", model.resolve("model.safetensors"));
  }

  /** Options of one run, with output topics of its own. */
  Configuration run() {
    String scores = kafka.createTopic("scores", PARTITIONS);
    Configuration config =
        new Configuration()
            .set(JobOptions.BOOTSTRAP_SERVERS, kafka.bootstrapServers())
            .set(JobOptions.FRAMES_TOPIC, framesTopic)
            .set(JobOptions.SCORES_TOPIC, scores)
            .set(JobOptions.REJECTED_TOPIC, kafka.createTopic("rejected", 1))
            .set(JobOptions.GROUP_ID, scores)
            .set(JobOptions.TRANSACTIONAL_ID_PREFIX, scores)
            .set(ScoringOptions.MODEL_PATH, model.toUri().toString());
    config.setString("execution.checkpointing.interval", "50 ms");
    config.setString("restart-strategy.type", "fixed-delay");
    config.setString("restart-strategy.fixed-delay.attempts", "1");
    config.setString("restart-strategy.fixed-delay.delay", "0 s");
    return config;
  }

  /** The frames of some rounds: in each round, one frame of every key. */
  static List<Frame> frames(int fromRound, int toRound) {
    List<Frame> frames = new ArrayList<>();
    for (int round = fromRound; round < toRound; round++) {
      for (int key = 0; key < KEYS; key++) {
        frames.add(frame(key, round));
      }
    }
    return frames;
  }

  /** Sends the frames of some rounds. */
  void send(int fromRound, int toRound) {
    send(frames(fromRound, toRound));
  }

  /** Sends frames in this order, those of one key to one partition. */
  void send(List<Frame> frames) {
    SignalFrameCodec codec = new SignalFrameCodec();
    send(frames, codec::encode);
  }

  /** The same in another format. */
  void send(List<Frame> frames, Function<Frame, byte[]> format) {
    kafka.send(
        frames.stream()
            .map(
                frame ->
                    new ProducerRecord<>(
                        framesTopic,
                        frame.key().getBytes(StandardCharsets.UTF_8),
                        format.apply(frame)))
            .toList());
  }

  /** Sends a value that is no frame. */
  void sendGarbage() {
    send("a", GARBAGE);
  }

  /** Sends any value to partition 0. */
  void send(String key, byte[] value) {
    kafka.send(
        List.of(new ProducerRecord<>(framesTopic, 0, key.getBytes(StandardCharsets.UTF_8), value)));
  }

  /** The rejected records in a run's topic. */
  List<RejectedRecord> rejected(Configuration run) throws IOException {
    List<RejectedRecord> rejected = new ArrayList<>();
    for (var record : kafka.readCommitted(run.get(JobOptions.REJECTED_TOPIC))) {
      rejected.add(
          AvroRecords.decode(RejectedRecord.class, RejectedRecord.SCHEMA$, record.value()));
    }
    return rejected;
  }

  /** Runs the job over what the topic holds now. */
  static void toTheEnd(Configuration run) throws Exception {
    run.set(JobOptions.STOP_AT_END, true);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, run);
    ScoringJob.build(env, run);
    env.executeAsync().getJobExecutionResult().get(1, TimeUnit.MINUTES);
  }

  /** The scores in a run's topic. */
  List<Score> scores(Configuration run) throws IOException {
    List<Score> scores = new ArrayList<>();
    for (var record : kafka.readCommitted(run.get(JobOptions.SCORES_TOPIC))) {
      scores.add(
          AvroRecords.toScore(
              AvroRecords.decode(
                  io.flinkssm.schemas.Score.class,
                  io.flinkssm.schemas.Score.SCHEMA$,
                  record.value())));
    }
    return scores;
  }

  /** Id and value of all records, in order, by key: the order between keys is free. */
  Map<String, List<String>> byKey(String topic) {
    return byKey(topic, 0);
  }

  /** The same without the first bytes of each value. */
  Map<String, List<String>> byKey(String topic, int header) {
    Map<String, List<String>> byKey = new TreeMap<>();
    for (var record : kafka.readCommitted(topic)) {
      byKey.computeIfAbsent(text(record.key()), k -> new ArrayList<>()).add(show(record, header));
    }
    return byKey;
  }

  static String show(ConsumerRecord<byte[], byte[]> record) {
    return show(record, 0);
  }

  private static String show(ConsumerRecord<byte[], byte[]> record, int header) {
    byte[] value = record.value();
    return recordId(record) + " " + HexFormat.of().formatHex(value, header, value.length);
  }

  static String recordId(ConsumerRecord<byte[], byte[]> record) {
    return text(record.headers().lastHeader(RecordSerializer.RECORD_ID).value());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static Frame frame(int key, int round) {
    Random random = new Random(31L * key + round);
    float[] samples = new float[LENGTH * CHANNELS];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) random.nextGaussian();
    }
    long startMicros = 1_700_000_000_000_000L + 1_000_000L * round * LENGTH / RATE_HZ;
    return new Frame(
        "k" + key, startMicros, RATE_HZ, CHANNELS, samples, false, Frame.Origin.UNKNOWN);
  }
}
