package io.flinkssm.flink;

import static io.flinkssm.flink.Releases.toy;
import static io.flinkssm.flink.ScoringHarness.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Release.StatePolicy;
import io.flinkssm.stream.ToyModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(
    value = 120,
    threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a fault may show as waiting forever
class ReleaseValidatorTest {
  private static final long T = 1_000_000;

  /** Opened by the test: models whose URI has a gate wait for it. */
  private static final Map<String, CountDownLatch> GATES = new ConcurrentHashMap<>();

  private static final Map<String, AtomicInteger> FAILURES = new ConcurrentHashMap<>();

  /** Toy models that may take their time or fail at first; {@code toy:wide} has two channels. */
  private static final class SlowLoader implements ModelLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public SequenceModel load(String uri) throws IOException {
      try {
        GATES.getOrDefault(uri, new CountDownLatch(0)).await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (FAILURES.getOrDefault(uri, new AtomicInteger()).getAndDecrement() > 0) {
        throw new IOException("no answer from " + uri);
      }
      if (uri.equals("toy:wide")) {
        return new ToyModel("wide", ModelInfo.Task.CLASSIFICATION, 2);
      }
      return new ToyLoader().load(uri);
    }
  }

  @AfterEach
  void nothingIsLeft() {
    GATES.clear();
    FAILURES.clear();
    assertThat(ModelCache.shared().size()).isZero();
  }

  private static Configuration toyOptions() {
    return options().set(ScoringOptions.MODEL_PATH, ToyLoader.URI);
  }

  /** The operator in Flink's harness. */
  private static final class Harness implements AutoCloseable {
    final OneInputStreamOperatorTestHarness<Release, Release> flink;

    Harness(Configuration options) throws Exception {
      ReleaseValidator operator =
          new ReleaseValidator(
              InitialModel.optional(options, new SlowLoader()), ScoringOptions.scoring(options));
      flink = new OneInputStreamOperatorTestHarness<>(operator, 1, 1, 0);
      flink.setup(SsmTypeInfo.RELEASE.createSerializer(null));
    }

    static Harness open(Configuration options) throws Exception {
      Harness harness = new Harness(options);
      harness.flink.open();
      return harness;
    }

    static Harness restore(OperatorSubtaskState state) throws Exception {
      Harness harness = new Harness(toyOptions());
      harness.flink.initializeState(state);
      harness.flink.open();
      return harness;
    }

    Harness send(Release... releases) throws Exception {
      for (Release release : releases) {
        flink.processElement(new StreamRecord<>(release));
      }
      return this;
    }

    /** Lets processing time pass until that many are decided; loading threads need real time. */
    void settle(int decisions) throws Exception {
      while (accepted().size() + rejected().size() < decisions) {
        flink.setProcessingTime(flink.getProcessingTime() + ReleaseValidator.RETRY_MILLIS);
      }
    }

    List<Release> accepted() {
      return flink.extractOutputValues();
    }

    List<Rejection> rejected() {
      List<Rejection> values = new ArrayList<>();
      var records = flink.getSideOutput(ScoringOutput.REJECTED);
      if (records != null) {
        records.forEach(record -> values.add(record.getValue()));
      }
      return values;
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

  @Test
  void goodReleasesPassInOrderAndOthersNamesDoNot() throws Exception {
    Release stranger = new Release("other", "1", "toy:1", "001", T, StatePolicy.RESET, 7);
    try (Harness h = Harness.open(toyOptions())) {
      h.send(toy("3", 3 * T), stranger, toy("2", 2 * T));
      h.settle(2);
      assertThat(h.accepted()).containsExactly(toy("3", 3 * T), toy("2", 2 * T));
      assertThat(h.rejected()).isEmpty();
    }
  }

  @Test
  void whatCannotBeUsedIsRejectedAndNamesTheFault() throws Exception {
    Release digest = new Release("toy", "2", "toy:2", "beef", T, StatePolicy.RESET, 5);
    Release version = new Release("toy", "2", "toy:3", "003", T, StatePolicy.RESET, 6);
    Release missing = new Release("toy", "2", "s3:2", "002", T, StatePolicy.RESET, 7);
    Release wide = toy("wide", T);
    Release warm = toy("2", T, StatePolicy.WARM_START);
    try (Harness h = Harness.open(toyOptions())) {
      h.send(digest, version, missing, wide, warm, toy("4", T));
      h.settle(6);
      assertThat(h.accepted()).containsExactly(toy("4", T));
      assertThat(h.rejected())
          .allMatch(r -> r.reason() == Rejection.Reason.BAD_RELEASE)
          .allMatch(r -> r.key().equals("toy") && r.timeMicros() == T)
          .satisfiesExactly(
              r -> assertThat(r.message()).contains("sha256 002", "beef"),
              r -> assertThat(r.message()).contains("version 3", "version 2"),
              r -> assertThat(r.message()).contains("no toy model at s3:2"),
              r -> assertThat(r.message()).contains("2 channels"),
              r -> assertThat(r.message()).contains("ssm.retain"));
      assertThat(h.rejected().get(2).origin().offset()).isEqualTo(7);
    }
  }

  @Test
  void whatCannotBeReadIsTriedAgain() throws Exception {
    FAILURES.put("toy:2", new AtomicInteger(ReleaseValidator.ATTEMPTS - 1));
    FAILURES.put("toy:3", new AtomicInteger(ReleaseValidator.ATTEMPTS));
    try (Harness h = Harness.open(toyOptions())) {
      h.send(toy("2", T), toy("3", T));
      h.settle(2);
      assertThat(h.accepted()).containsExactly(toy("2", T));
      assertThat(h.rejected()).hasSize(1).allMatch(r -> r.message().contains("no answer"));
    }
  }

  @Test
  void nothingWaitsForASlowModelButItsReleaseWhichIsCheckpointed() throws Exception {
    GATES.put("toy:2", new CountDownLatch(1));
    OperatorSubtaskState state;
    try (Harness h = Harness.open(toyOptions())) {
      h.send(toy("2", 2 * T), toy("3", 3 * T));
      h.flink.setProcessingTime(ReleaseValidator.POLL_MILLIS);
      assertThat(h.accepted()).isEmpty();
      state = h.flink.snapshot(1, 1);
      GATES.get("toy:2").countDown();
    }
    try (Harness h = Harness.restore(state)) {
      h.settle(2);
      assertThat(h.accepted()).containsExactly(toy("2", 2 * T), toy("3", 3 * T));
    }
  }

  @Test
  void theEndOfInputWaitsForAll() throws Exception {
    FAILURES.put("toy:3", new AtomicInteger(ReleaseValidator.ATTEMPTS));
    try (Harness h = Harness.open(toyOptions())) {
      h.send(toy("2", 2 * T), toy("3", 3 * T), toy("4", 4 * T));
      h.flink.getOperator().finish();
      assertThat(h.accepted()).containsExactly(toy("2", 2 * T), toy("4", 4 * T));
      assertThat(h.rejected()).hasSize(1);
    }
  }

  @Test
  void acceptedReleasesPassAgainWithoutBeingRead() throws Exception {
    OperatorSubtaskState state;
    try (Harness h = Harness.open(toyOptions())) {
      h.send(toy("2", 2 * T));
      h.settle(1);
      state = h.flink.snapshot(1, 1);
    }
    FAILURES.put("toy:2", new AtomicInteger(Integer.MAX_VALUE));
    try (Harness h = Harness.restore(state)) {
      h.send(toy("2", 2 * T));
      assertThat(h.accepted()).containsExactly(toy("2", 2 * T));
    }
  }

  @Test
  void theFirstReleaseNeedsNoModelBeforeIt() throws Exception {
    try (Harness h = Harness.open(options().set(ScoringOptions.MODEL_NAME, "toy"))) {
      h.send(toy("2", 2 * T), new Release("x", "1", "toy:1", "001", T, StatePolicy.RESET, 7));
      h.settle(1);
      h.send(toy("wide", 3 * T));
      h.settle(2);
      assertThat(h.accepted()).containsExactly(toy("2", 2 * T));
      assertThat(h.rejected()).hasSize(1).allMatch(r -> r.message().contains("2 channels"));
    }
  }

  @Test
  void aWrongInitialModelEndsANewJob() throws Exception {
    Configuration options = toyOptions().set(ScoringOptions.MODEL_NAME, "train");
    try (Harness h = new Harness(options)) {
      assertThatThrownBy(h.flink::open)
          .isInstanceOf(SuppressRestartsException.class)
          .rootCause()
          .hasMessageContaining("the model is called toy")
          .hasMessageContaining("ssm.model.name is train");
    }
  }
}
