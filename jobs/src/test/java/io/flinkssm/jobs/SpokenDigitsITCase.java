package io.flinkssm.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkssm.jobs.kafka.AvroRecords;
import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.jobs.kafka.SignalFrameCodec;
import io.flinkssm.model.GoldenFile;
import io.flinkssm.model.Safetensors;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Score;
import io.flinkssm.testing.Golden;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trained checkpoints of the reference code, on 300 recorded clips each, through Kafka, the
 * operator and back: the logits that the official code stored, and its accuracy, at the native, a
 * doubled and a halved sampling rate. Needs the larger data beside the checkout.
 */
class SpokenDigitsITCase {
  private static final int FRAME = 1000;
  private static final String AUDIO = "golden/fsdd-s4d/test-audio-8k.safetensors";

  /** How the 8 kHz clips become the input of one condition. */
  private enum Resampling {
    NONE(8000),
    EVERY_SECOND(4000),
    EVERY_FOURTH(2000),
    LINEAR_TO_16_KHZ(16000);

    private final int rateHz;

    Resampling(int rateHz) {
      this.rateHz = rateHz;
    }

    float[] apply(float[] clip) {
      float[] out =
          switch (this) {
            case NONE -> clip;
            case EVERY_SECOND -> every(clip, 2);
            case EVERY_FOURTH -> every(clip, 4);
            case LINEAR_TO_16_KHZ -> doubled(clip);
          };
      // The reference cuts every clip to one second of audio.
      return Arrays.copyOf(out, Math.min(out.length, rateHz));
    }

    private static float[] every(float[] clip, int step) {
      float[] out = new float[(clip.length + step - 1) / step];
      for (int i = 0; i < out.length; i++) {
        out[i] = clip[i * step];
      }
      return out;
    }

    private static float[] doubled(float[] clip) {
      float[] out = new float[2 * clip.length];
      for (int i = 0; i < clip.length; i++) {
        float next = clip[Math.min(i + 1, clip.length - 1)];
        out[2 * i] = clip[i];
        out[2 * i + 1] = (clip[i] + next) / 2;
      }
      return out;
    }
  }

  /** One model at one rate, and what the reference stored for it. */
  private record Condition(
      String folder, String config, Resampling resampling, String logits, String predictions) {
    @Override
    public String toString() {
      return folder + " at " + resampling.rateHz + " Hz, " + rateMethod();
    }

    /** Stored as one step a sample, or as two native steps with the input held. */
    RateMethod rateMethod() {
      return logits.contains(".hold2.") ? RateMethod.HOLD : RateMethod.PLAIN;
    }
  }

  static Stream<Condition> conditions() {
    String small =
        """
        {"format": 1, "name": "%s", "version": "1", "architecture": "s4-classifier",
         "task": "classification",
         "labels": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
         "d_input": 1, "d_output": 10, "d_model": %d, "n_layers": %d,
         "prenorm": false, "norm": "layer", "pooling": "mean",
         "layer": {"kind": "s4", "mode": "%s", "d_state": 64, "dt_transform": "exp",
                   "real_transform": "exp", "imag_transform": "none",
                   "activation": "gelu", "final_act": "glu"},
         "sample_rate_hz": %d, "input_scale": %s}
        """;
    String s4d =
        small.formatted(
            "fsdd-s4d", 32, 4, "diag\", \"disc\": \"zoh", 4000, "0.0005013383342884481");
    String s4 = small.formatted("fsdd-s4", 32, 4, "dplr", 4000, "0.0005013383342884481");
    String large =
        small.formatted("spoken-digits-s4", 64, 6, "dplr", 8000, "0.0005006131250411272");
    return Stream.of(
        new Condition(
            "golden/fsdd-s4d",
            s4d,
            Resampling.EVERY_SECOND,
            "logits_f64.native_4k_rate1",
            "pred_all.native_4k_rate1"),
        new Condition(
            "golden/fsdd-s4d",
            s4d,
            Resampling.NONE,
            "logits_f64.double_8k_rate0.5_zero_shot",
            "pred_all.double_8k_rate0.5"),
        new Condition(
            "golden/fsdd-s4d",
            s4d,
            Resampling.EVERY_FOURTH,
            "logits_f64.half_2k_rate2_zero_shot",
            "pred_all.half_2k_rate2"),
        new Condition(
            "golden/fsdd-s4",
            s4,
            Resampling.EVERY_SECOND,
            "logits_f64.stream.native_4k_rate1",
            "pred_all.stream.native_4k_rate1"),
        new Condition(
            "golden/fsdd-s4",
            s4,
            Resampling.NONE,
            "logits_f64.stream.double_8k_rate0.5_zero_shot",
            "pred_all.stream.double_8k_rate0.5_zero_shot"),
        new Condition(
            "golden/fsdd-s4",
            s4,
            Resampling.EVERY_FOURTH,
            "logits_f64.stream.half_2k_rate2_zero_shot",
            "pred_all.stream.half_2k_rate2_zero_shot"),
        new Condition(
            "golden/fsdd-s4",
            s4,
            Resampling.EVERY_FOURTH,
            "logits_f64.hold2.half_2k",
            "pred_all.hold2.half_2k"),
        new Condition(
            "models/spoken-digits-s4",
            large,
            Resampling.NONE,
            "logits_f64.stream.native_8k_rate1",
            "pred_all.stream.native_8k_rate1"),
        new Condition(
            "models/spoken-digits-s4",
            large,
            Resampling.LINEAR_TO_16_KHZ,
            "logits_f64.stream.double_16k_linear_rate0.5",
            "pred_all.stream.double_16k_linear_rate0.5"),
        new Condition(
            "models/spoken-digits-s4",
            large,
            Resampling.EVERY_SECOND,
            "logits_f64.stream.half_4k_rate2",
            "pred_all.stream.half_4k_rate2"),
        new Condition(
            "models/spoken-digits-s4",
            large,
            Resampling.EVERY_SECOND,
            "logits_f64.hold2.half_4k",
            "pred_all.hold2.half_4k"));
  }

  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource("conditions")
  void logitsAndAccuracyAreThoseOfTheReference(Condition condition) throws Exception {
    assumeTrue(
        Golden.shared(condition.folder).isPresent() && Golden.shared(AUDIO).isPresent(),
        "skipped: " + condition.folder + " and " + AUDIO + " are not beside this checkout");
    Path folder = Golden.shared(condition.folder).orElseThrow();
    Files.copy(folder.resolve("model.safetensors"), directory.resolve("model.safetensors"));
    Files.writeString(directory.resolve("config.json"), condition.config);
    GoldenFile golden = GoldenFile.read(folder.resolve("logits.json"));
    Safetensors audio = Safetensors.read(Golden.shared(AUDIO).orElseThrow());
    double[] labels = audio.values("labels");

    // All clips as a user would run them: float32.
    List<float[]> clips = clips(audio, condition.resampling);
    Map<Integer, Score> scores =
        score(condition, clips, IntStream.range(0, clips.size()).toArray(), "float32");
    assertThat(scores).hasSize(clips.size());
    int[] predictions = golden.tensor(condition.predictions).ints();
    int right = 0;
    int storedRight = 0;
    for (int clip = 0; clip < clips.size(); clip++) {
      right += Integer.parseInt(scores.get(clip).label()) == (int) labels[clip] ? 1 : 0;
      storedRight += predictions[clip] == (int) labels[clip] ? 1 : 0;
    }
    assertThat(right).as("clips named right, of %d", clips.size()).isEqualTo(storedRight);

    // The clips whose logits are stored, in double.
    int[] stored = golden.tensor("clip_index_in_test_split").ints();
    double[] expected = golden.tensor(condition.logits).data();
    Map<Integer, Score> exact = score(condition, clips, stored, "float64");
    for (int i = 0; i < stored.length; i++) {
      double[] logits = exact.get(stored[i]).outputs();
      double[] rounded = scores.get(stored[i]).outputs();
      double scale =
          IntStream.range(10 * i, 10 * i + 10)
              .mapToDouble(k -> Math.abs(expected[k]))
              .max()
              .orElseThrow();
      for (int k = 0; k < 10; k++) {
        assertThat(logits[k]).isCloseTo(expected[10 * i + k], within(1e-8));
        assertThat(rounded[k]).isCloseTo(expected[10 * i + k], within(1e-3 * scale));
      }
    }
  }

  private static List<float[]> clips(Safetensors file, Resampling resampling) {
    double[] samples = file.values("audio");
    double[] offsets = file.values("offsets");
    List<float[]> clips = new ArrayList<>();
    for (int i = 0; i + 1 < offsets.length; i++) {
      float[] clip = new float[(int) (offsets[i + 1] - offsets[i])];
      for (int t = 0; t < clip.length; t++) {
        clip[t] = (float) samples[(int) offsets[i] + t];
      }
      clips.add(resampling.apply(clip));
    }
    return clips;
  }

  /** Sends each clip as one segment of its own key and reads the final scores, by clip. */
  private Map<Integer, Score> score(
      Condition condition, List<float[]> clips, int[] which, String precision) throws Exception {
    KafkaTesting kafka = KafkaTesting.shared();
    String frames = kafka.createTopic("frames", 2);
    String scores = kafka.createTopic("scores", 1);
    String rejected = kafka.createTopic("rejected", 1);
    SignalFrameCodec codec = new SignalFrameCodec();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int clip : which) {
      for (Frame frame : frames("clip-" + clip, clips.get(clip), condition.resampling.rateHz)) {
        records.add(
            new ProducerRecord<>(
                frames, frame.key().getBytes(StandardCharsets.UTF_8), codec.encode(frame)));
      }
    }
    kafka.send(records);

    Configuration config = new Configuration();
    config.setString("kafka.bootstrap-servers", kafka.bootstrapServers());
    config.setString("kafka.topics.frames", frames);
    config.setString("kafka.topics.scores", scores);
    config.setString("kafka.topics.rejected", rejected);
    config.setString("kafka.transactional-id-prefix", scores);
    config.setString("kafka.stop-at-end", "true");
    config.setString("ssm.model.path", directory.toUri().toString());
    config.setString("ssm.precision", precision);
    config.setString("ssm.rate.method", condition.rateMethod().toString());
    config.setString("ssm.emit.policy", "segment-end");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2);
    ScoringJob.build(env, config);
    env.execute();

    assertThat(kafka.readCommitted(rejected)).isEmpty();
    Map<Integer, Score> byClip = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : kafka.readCommitted(scores)) {
      Score score =
          AvroRecords.toScore(
              AvroRecords.decode(
                  io.flinkssm.schemas.Score.class,
                  io.flinkssm.schemas.Score.getClassSchema(),
                  record.value()));
      assertThat(score.endOfSegment()).isTrue();
      assertThat(byClip.put(Integer.parseInt(score.key().substring("clip-".length())), score))
          .isNull();
    }
    return byClip;
  }

  private static List<Frame> frames(String key, float[] samples, int rateHz) {
    List<Frame> frames = new ArrayList<>();
    for (int from = 0; from < samples.length; from += FRAME) {
      int to = Math.min(from + FRAME, samples.length);
      frames.add(
          new Frame(
              key,
              Math.round(from * 1e6 / rateHz),
              rateHz,
              1,
              Arrays.copyOfRange(samples, from, to),
              to == samples.length,
              Frame.Origin.UNKNOWN));
    }
    return frames;
  }
}
