package io.flinkssm.stream;

import static io.flinkssm.stream.Frames.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.Safetensors;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.stream.Release.StatePolicy;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.testing.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One version of the spoken-digits model takes over from another within a segment. */
class RealSwitchTest {
  private static final Path MODEL = Path.of("..", "models", "spoken-digits-s4d");
  private static final double RATE = 4000;
  private static final int SWITCH = 700;
  private static final float[] U = Frames.signal(11, 1000, 1);

  private final Released released = new Released();
  @TempDir Path folder;

  /** The model with all values of one tensor changed by a factor, as version 2. */
  private SequenceModel changed(String tensor, double factor) throws IOException {
    Safetensors weights = Safetensors.read(MODEL.resolve("model.safetensors"));
    SafetensorsWriter writer = new SafetensorsWriter();
    for (String name : weights.names()) {
      double[] values = weights.values(name).clone();
      for (int i = 0; name.equals(tensor) && i < values.length; i++) {
        values[i] *= factor;
      }
      writer.put(name, values, weights.shape(name));
    }
    writer.write(folder.resolve("model.safetensors"));
    String config = Files.readString(MODEL.resolve("config.json"));
    Files.writeString(
        folder.resolve("config.json"), config.replace("\"version\": \"1\"", "\"version\": \"2\""));
    return ModelDirectory.read(folder);
  }

  /** Scores at every tenth sample, with a release from the switch on unless it is null. */
  private Collected run(SequenceModel initial, Release release, List<Frame> frames) {
    ScoringConfig config =
        ScoringConfig.builder()
            .emit(Emit.SAMPLES)
            .emitEvery(10)
            .retain(Duration.ofSeconds(1))
            .build();
    Collected collected = new Collected();
    Scorer<double[]> scorer =
        new Scorer<>(
            initial.info().name(),
            initial,
            released,
            new MemoryHistory(1),
            Kernels.float64(),
            config,
            collected);
    if (release != null) {
      scorer.announce(release);
    }
    KeyState<double[]> state = null;
    for (Frame frame : frames) {
      state = scorer.score(state, frame, collected);
    }
    return collected;
  }

  private Release atSwitch(SequenceModel model, StatePolicy policy) {
    return released.release(model, T0 + Math.round(SWITCH * 1e6 / RATE), policy);
  }

  /** As if the new model had scored the segment from its start, and nobody had seen it. */
  @ParameterizedTest
  @CsvSource({
    "KEEP, decoder.weight, -2",
    "WARM_START, decoder.weight, -2",
    "WARM_START, s4_layers.1.layer.kernel.inv_dt, 1.1",
    "WARM_START, s4_layers.3.layer.kernel.A_imag, 0.9"
  })
  void theNewModelGoesOnAsIfItHadScoredFromTheStart(
      StatePolicy policy, String tensor, double factor) throws IOException {
    SequenceModel first = ModelDirectory.read(MODEL);
    SequenceModel second = changed(tensor, factor);
    List<Frame> whole = List.of(Frames.cut("k", U, 0, U.length, RATE));
    List<Score> before = run(first, null, whole).scores;
    List<Score> after = run(second, null, whole).scores;
    assertThat(before.get(99).outputs()).isNotEqualTo(after.get(99).outputs());
    for (List<Frame> frames : List.of(whole, Frames.splitAnywhere("k", U, RATE, 12))) {
      Collected found = run(first, atSwitch(second, policy), frames);
      assertThat(found.scores).hasSize(100);
      for (int i = 0; i < 100; i++) {
        Score expected = 10 * (i + 1) <= SWITCH ? before.get(i) : after.get(i);
        assertThat(found.scores.get(i)).usingRecursiveComparison().isEqualTo(expected);
      }
      assertThat(found.modelSwitches).isEqualTo(1);
      assertThat(found.resets + found.partialWarmStarts).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "s4_layers.0.layer.kernel.inv_dt",
    "s4_layers.1.layer.kernel.A_real",
    "s4_layers.2.layer.kernel.A_imag",
    "s4_layers.3.layer.kernel.B"
  })
  void keepIsRefusedToOtherDynamics(String tensor) throws IOException {
    SequenceModel first = ModelDirectory.read(MODEL);
    // The smallest step of the single precision that models are published in.
    SequenceModel second = changed(tensor, 1 + Math.ulp(1f));
    assertThat(second.sameDynamics(first)).isFalse();
    List<Frame> whole = List.of(Frames.cut("k", U, 0, U.length, RATE));
    Collected found = run(first, atSwitch(second, StatePolicy.KEEP), whole);
    assertThat(found.scores).usingRecursiveComparison().isEqualTo(run(first, null, whole).scores);
    assertThat(found.modelsRejected).isEqualTo(1);
    assertThat(released.refusals.get(0)).contains("the state policy is keep, but Λ, P, B, Δ");
  }

  @Test
  void whatIsReadOutOfAStateIsNotDynamics() throws IOException {
    SequenceModel first = ModelDirectory.read(MODEL);
    assertThat(first.sameDynamics(first)).isTrue();
    for (String tensor :
        List.of("decoder.weight", "s4_layers.3.layer.kernel.C", "s4_layers.3.layer.D")) {
      assertThat(changed(tensor, 1.5).sameDynamics(first)).as(tensor).isTrue();
    }
  }
}
