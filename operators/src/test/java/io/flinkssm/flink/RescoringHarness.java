package io.flinkssm.flink;

import io.flinkssm.model.KernelSummary;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.WindowScore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** The rescoring operator in Flink's harness, with streaming scores on its second input. */
final class RescoringHarness implements AutoCloseable {
  final KeyedTwoInputStreamOperatorTestHarness<String, Frame, Score, WindowScore> flink;

  private RescoringHarness(
      Configuration options,
      ModelLoader loader,
      ReleaseHistory releases,
      ScoringHarness.Backend backend)
      throws Exception {
    flink =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            SsmRescoring.operator(options, loader, releases, true, KernelsChoice.usual()),
            SsmScoring::key,
            Score::key,
            Types.STRING,
            ScoringHarness.MAX_PARALLELISM,
            1,
            0);
    flink.setStateBackend(backend.create());
    ((SerializerConfigImpl) flink.getExecutionConfig().getSerializerConfig())
        .setGenericTypes(false);
    flink.setup(SsmTypeInfo.WINDOW_SCORE.createSerializer(null));
  }

  static RescoringHarness open(
      Configuration options, ModelLoader loader, ScoringHarness.Backend backend) throws Exception {
    return open(options, loader, ReleaseHistory.none(), backend);
  }

  static RescoringHarness open(
      Configuration options,
      ModelLoader loader,
      ReleaseHistory releases,
      ScoringHarness.Backend backend)
      throws Exception {
    RescoringHarness harness = new RescoringHarness(options, loader, releases, backend);
    harness.flink.open();
    return harness;
  }

  static RescoringHarness restore(
      Configuration options,
      ModelLoader loader,
      ScoringHarness.Backend backend,
      OperatorSubtaskState state)
      throws Exception {
    return restore(options, loader, ReleaseHistory.none(), backend, state);
  }

  static RescoringHarness restore(
      Configuration options,
      ModelLoader loader,
      ReleaseHistory releases,
      ScoringHarness.Backend backend,
      OperatorSubtaskState state)
      throws Exception {
    RescoringHarness harness = new RescoringHarness(options, loader, releases, backend);
    harness.flink.initializeState(state);
    harness.flink.open();
    return harness;
  }

  static Configuration options() {
    return new Configuration().set(ScoringOptions.MODEL_PATH, ToyLoader.URI);
  }

  RescoringHarness frames(List<Frame> frames) throws Exception {
    for (Frame frame : frames) {
      flink.processElement1(new StreamRecord<>(frame, Math.floorDiv(frame.startMicros(), 1000L)));
    }
    return this;
  }

  RescoringHarness scores(List<Score> scores) throws Exception {
    for (Score score : scores) {
      flink.processElement2(new StreamRecord<>(score, Math.floorDiv(score.timeMicros(), 1000L)));
    }
    return this;
  }

  /** Advances the watermarks of both inputs to a time in microseconds. */
  RescoringHarness watermark(long micros) throws Exception {
    return watermark1(micros).watermark2(micros);
  }

  RescoringHarness watermark1(long micros) throws Exception {
    flink.processWatermark1(new Watermark(Math.floorDiv(micros, 1000L)));
    return this;
  }

  RescoringHarness watermark2(long micros) throws Exception {
    flink.processWatermark2(new Watermark(Math.floorDiv(micros, 1000L)));
    return this;
  }

  RescoringHarness endOfInput() throws Exception {
    flink.processWatermark1(Watermark.MAX_WATERMARK);
    flink.processWatermark2(Watermark.MAX_WATERMARK);
    return this;
  }

  List<WindowScore> windows() {
    return flink.extractOutputValues();
  }

  List<WindowScore> diverged() {
    return side(RescoringOperator.DIVERGED);
  }

  List<KernelSummary> kernels() {
    return side(RescoringOperator.KERNELS);
  }

  List<Rejection> rejected() {
    return side(RescoringOperator.REJECTED);
  }

  private <T> List<T> side(OutputTag<T> tag) {
    List<T> values = new ArrayList<>();
    var records = flink.getSideOutput(tag);
    if (records != null) {
      records.forEach(record -> values.add(record.getValue()));
    }
    return values;
  }

  OperatorSubtaskState snapshot() throws Exception {
    return flink.snapshot(1, 1);
  }

  @Override
  public void close() throws IOException {
    try {
      flink.close();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
