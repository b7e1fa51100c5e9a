package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.Signals;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Detection in a real, small cluster: without an option, without generic types. */
class SsmDetectionITCase {
  private static final int KEYS = 3;
  private static final int SAMPLES = 800;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static List<List<Object>> detected(RuntimeExecutionMode mode) throws Exception {
    List<Frame> frames = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) {
      frames.addAll(Signals.readings("key-" + key, Signals.spiked(key, SAMPLES), key));
    }
    frames.sort(Comparator.comparing(Frame::startMicros));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(
            new Configuration().set(PipelineOptions.GENERIC_TYPES, false));
    env.setParallelism(2);
    env.setRuntimeMode(mode);
    Configuration options = new Configuration();
    DataStream<Frame> input =
        env.fromData(frames, SsmTypeInfo.FRAME)
            .assignTimestampsAndWatermarks(SsmScoring.watermarks(options))
            .setParallelism(1);
    ScoredStreams scored = SsmDetection.detect(input, options);
    assertThat(scored.scores().getTransformation().getUid()).isEqualTo("ssm-detection");
    assertThat(scored.scores().getTransformation().getMaxParallelism()).isEqualTo(720);
    Gather.all(scored);
    env.execute();
    assertThat(Gather.REJECTED).isEmpty();
    return Gather.SCORES.stream()
        .filter(score -> !score.endOfSegment())
        .sorted(Comparator.comparing(Score::key).thenComparing(Score::position))
        .map(score -> List.<Object>of(score.key(), score.timeMicros(), score.anomaly()))
        .toList();
  }

  @Test
  void aBatchSaysWhatAStreamSays() throws Exception {
    List<List<Object>> streamed = detected(RuntimeExecutionMode.STREAMING);
    assertThat(streamed).hasSize(KEYS * SAMPLES);
    assertThat(detected(RuntimeExecutionMode.BATCH)).isEqualTo(streamed);
  }
}
