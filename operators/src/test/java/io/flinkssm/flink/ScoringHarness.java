package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** The scoring operator with the toy model in Flink's harness. */
final class ScoringHarness implements AutoCloseable {
  static final int MAX_PARALLELISM = 16;

  enum Backend {
    HEAP,
    ROCKSDB;

    StateBackend create() {
      return this == HEAP ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend(false);
    }
  }

  final KeyedOneInputStreamOperatorTestHarness<String, Frame, Score> flink;

  private ScoringHarness(ScoringOperator operator, Backend backend, int subtasks, int index)
      throws Exception {
    flink =
        new KeyedOneInputStreamOperatorTestHarness<>(
            operator, SsmScoring::key, Types.STRING, MAX_PARALLELISM, subtasks, index);
    flink.setStateBackend(backend.create());
    ((SerializerConfigImpl) flink.getExecutionConfig().getSerializerConfig())
        .setGenericTypes(false);
    flink.setup(SsmTypeInfo.SCORE.createSerializer(null));
  }

  private static ScoringOperator operator(Configuration options) {
    return new ScoringOperator(
        ScoringOptions.scoring(options),
        BundleLimits.of(options),
        new InitialModel(
            options.getOptional(ScoringOptions.MODEL_PATH).orElse(ToyLoader.URI),
            null,
            new ToyLoader()),
        options.get(ScoringOptions.STATE_TTL));
  }

  static ScoringHarness open(Configuration options) throws Exception {
    return open(options, Backend.HEAP);
  }

  static ScoringHarness open(Configuration options, Backend backend) throws Exception {
    return open(operator(options), backend);
  }

  /** A detector in the place of the toy model. */
  static ScoringHarness detect(Configuration options, Backend backend) throws Exception {
    return open(SsmDetection.operator(options), backend);
  }

  private static ScoringHarness open(ScoringOperator operator, Backend backend) throws Exception {
    ScoringHarness harness = new ScoringHarness(operator, backend, 1, 0);
    harness.flink.open();
    return harness;
  }

  static ScoringHarness restore(Configuration options, Backend backend, OperatorSubtaskState state)
      throws Exception {
    return restore(options, backend, state, 1, 0);
  }

  static ScoringHarness restore(
      Configuration options, Backend backend, OperatorSubtaskState state, int subtasks, int index)
      throws Exception {
    return restore(operator(options), backend, state, subtasks, index);
  }

  static ScoringHarness detect(
      Configuration options, Backend backend, OperatorSubtaskState state, int subtasks, int index)
      throws Exception {
    return restore(SsmDetection.operator(options), backend, state, subtasks, index);
  }

  private static ScoringHarness restore(
      ScoringOperator operator,
      Backend backend,
      OperatorSubtaskState state,
      int subtasks,
      int index)
      throws Exception {
    ScoringHarness harness = new ScoringHarness(operator, backend, subtasks, index);
    harness.flink.initializeState(
        KeyedOneInputStreamOperatorTestHarness.repartitionOperatorState(
            state, MAX_PARALLELISM, 1, subtasks, index));
    harness.flink.open();
    return harness;
  }

  static Configuration options() {
    return new Configuration();
  }

  ScoringHarness add(Frame... frames) throws Exception {
    return add(List.of(frames));
  }

  ScoringHarness add(Collection<Frame> frames) throws Exception {
    for (Frame frame : frames) {
      flink.processElement(frame, Math.floorDiv(frame.startMicros(), 1000L));
    }
    return this;
  }

  /** Advances the watermark to a time in microseconds. */
  ScoringHarness watermark(long micros) throws Exception {
    flink.processWatermark(new Watermark(Math.floorDiv(micros, 1000L)));
    return this;
  }

  ScoringHarness endOfInput() throws Exception {
    flink.processWatermark(Watermark.MAX_WATERMARK);
    return this;
  }

  List<Score> scores() {
    return flink.extractOutputValues();
  }

  Score lastScore() {
    List<Score> scores = scores();
    return scores.get(scores.size() - 1);
  }

  List<Rejection> rejected() {
    List<Rejection> values = new ArrayList<>();
    Collection<StreamRecord<Rejection>> records = flink.getSideOutput(ScoringOutput.REJECTED);
    if (records != null) {
      records.forEach(record -> values.add(record.getValue()));
    }
    return values;
  }

  OperatorSubtaskState snapshot() throws Exception {
    flink.prepareSnapshotPreBarrier(1);
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
