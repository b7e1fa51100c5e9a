package io.flinkssm.flink;

import io.flinkssm.flink.ScoringHarness.Backend;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Score;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** The scoring operator with both inputs and toy models in Flink's harness. */
final class ReleaseHarness implements AutoCloseable {
  final KeyedTwoInputStreamOperatorTestHarness<String, Frame, Release, Score> flink;

  private ReleaseHarness(Setup setup) throws Exception {
    Configuration options = setup.options;
    ReleasedScoringOperator operator =
        new ReleasedScoringOperator(
            ScoringOptions.scoring(options),
            BundleLimits.of(options),
            InitialModel.optional(options, setup.loader),
            options.get(ScoringOptions.STATE_TTL),
            setup.history);
    flink =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            operator,
            SsmScoring::key,
            null,
            Types.STRING,
            ScoringHarness.MAX_PARALLELISM,
            setup.subtasks,
            setup.index);
    flink.setStateBackend(setup.backend.create());
    ((SerializerConfigImpl) flink.getExecutionConfig().getSerializerConfig())
        .setGenericTypes(false);
    flink.setup(SsmTypeInfo.SCORE.createSerializer(null));
  }

  /** What to open; the initial model is toy 1 unless the options say otherwise. */
  static Setup of(Configuration options) {
    return new Setup(options);
  }

  /** Choices, each with a default. */
  static final class Setup {
    private final Configuration options;
    private Backend backend = Backend.HEAP;
    private ReleaseHistory history = ReleaseHistory.none();
    private ModelLoader loader = new ToyLoader();
    private int subtasks = 1;
    private int index;

    private Setup(Configuration options) {
      this.options = new Configuration(options);
      if (!options.contains(ScoringOptions.MODEL_NAME)
          && !options.contains(ScoringOptions.MODEL_PATH)) {
        this.options.set(ScoringOptions.MODEL_PATH, ToyLoader.URI);
      }
    }

    Setup on(Backend value) {
      backend = value;
      return this;
    }

    Setup after(Release... releases) {
      List<Release> log = List.of(releases);
      history = () -> log;
      return this;
    }

    Setup with(ModelLoader value) {
      loader = value;
      return this;
    }

    Setup subtask(int subtask, int of) {
      index = subtask;
      subtasks = of;
      return this;
    }

    ReleaseHarness open() throws Exception {
      ReleaseHarness harness = new ReleaseHarness(this);
      harness.flink.open();
      return harness;
    }

    /** Restores from the state of subtasks that were as many as there are states. */
    ReleaseHarness restore(OperatorSubtaskState... states) throws Exception {
      ReleaseHarness harness = new ReleaseHarness(this);
      OperatorSubtaskState all = KeyedTwoInputStreamOperatorTestHarness.repackageState(states);
      harness.flink.initializeState(
          KeyedTwoInputStreamOperatorTestHarness.repartitionOperatorState(
              all, ScoringHarness.MAX_PARALLELISM, states.length, subtasks, index));
      harness.flink.open();
      return harness;
    }
  }

  ReleaseHarness add(Frame... frames) throws Exception {
    return add(List.of(frames));
  }

  ReleaseHarness add(Collection<Frame> frames) throws Exception {
    for (Frame frame : frames) {
      flink.processElement1(frame, Math.floorDiv(frame.startMicros(), 1000L));
    }
    return this;
  }

  ReleaseHarness release(Release... releases) throws Exception {
    for (Release release : releases) {
      flink.processElement2(new StreamRecord<>(release));
    }
    return this;
  }

  /** Advances the watermark of frames to a time in microseconds. */
  ReleaseHarness watermark(long micros) throws Exception {
    flink.processWatermark1(new Watermark(Math.floorDiv(micros, 1000L)));
    return this;
  }

  ReleaseHarness endOfInput() throws Exception {
    flink.processWatermark1(Watermark.MAX_WATERMARK);
    return this;
  }

  List<Score> scores() {
    return flink.extractOutputValues();
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
