package io.flinkssm.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.testing.Golden;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sampling-rate method of scoring, on a low-rank model with a native rate of 100 Hz. */
class RateMethodScoringTest {

  private static SequenceModel model() throws IOException {
    String config =
        """
        {"format": 1, "name": "golden", "version": "1", "architecture": "s4-classifier",
         "task": "classification", "labels": ["a", "b", "c", "d"], "d_input": 2, "d_output": 4,
         "d_model": 32, "n_layers": 4, "sample_rate_hz": 100,
         "layer": {"kind": "s4", "mode": "dplr", "dt_transform": "exp"}}
        """;
    byte[] weights = Golden.bytes("05-model-s4-dplr.trained.safetensors");
    return ModelDirectory.read(
        "memory",
        file ->
            new ByteArrayInputStream(
                file.equals(ModelDirectory.CONFIG)
                    ? config.getBytes(StandardCharsets.UTF_8)
                    : weights));
  }

  private static Frame frame(double hz, float[] samples) {
    return new Frame("k", Frames.T0, hz, 2, samples, true, new Frame.Origin("t", 0, 7));
  }

  @ParameterizedTest
  @CsvSource({"plain, 50, plain", "hold, 50, hold", "auto, 50, hold", "hold, 66.66666666, hold"})
  void scoresFollowTheMethod(String chosen, double hz, String expected) throws IOException {
    SequenceModel model = model();
    float[] u = Frames.signal(1, 211, 2);
    RateMethod method = RateMethod.valueOf(expected.toUpperCase(Locale.ROOT));
    DiscreteModel<double[]> discrete = model.discretize(hz, method, Kernels.float64());
    double[] input = new double[u.length];
    for (int i = 0; i < u.length; i++) {
      input[i] = u[i];
    }
    double[] logits = new double[4];
    discrete.convolve(null, input, 211, logits, 1, ConvolutionMethod.FFT);

    ScoringConfig config =
        ScoringConfig.builder()
            .emit(Emit.SEGMENT_END)
            .rateMethod(RateMethod.valueOf(chosen.toUpperCase(Locale.ROOT)))
            .build();
    Collected collected = new Collected();
    Scorer<double[]> scorer = new Scorer<>(model, Kernels.float64(), config, collected);
    scorer.score(null, frame(hz, u), collected);
    assertThat(collected.scores.get(0).outputs()).containsExactly(logits, Offset.offset(1e-9));

    RateMethod other = method == RateMethod.PLAIN ? RateMethod.HOLD : RateMethod.PLAIN;
    double[] otherwise = new double[4];
    model
        .discretize(hz, other, Kernels.float64())
        .convolve(null, input, 211, otherwise, 1, ConvolutionMethod.FFT);
    assertThat(Math.abs(otherwise[0] - logits[0])).isGreaterThan(1e-6);
  }

  @Test
  void aliasingIsReportedAndWarnedOfOnce() throws IOException {
    SequenceModel model = model();
    int nativeCount = model.aliasedModes(100);
    int slow = model.aliasedModes(20);
    assertThat(slow).isGreaterThan(nativeCount);
    Warnings warnings = new Warnings();
    Logger logger = (Logger) LogManager.getLogger(DiscreteModels.class);
    Level before = logger.getLevel();
    Configurator.setLevel(logger, Level.INFO);
    logger.addAppender(warnings);
    try {
      Collected collected = new Collected();
      ScoringConfig config = ScoringConfig.builder().build();
      Scorer<float[]> scorer = new Scorer<>(model, Kernels.float32(), config, collected);
      for (double hz : new double[] {100, 20, 200, 20}) {
        scorer.score(null, frame(hz, Frames.signal(2, 5, 2)), collected);
      }
      assertThat(collected.aliasedModes)
          .containsExactly(nativeCount, slow, model.aliasedModes(200));
      assertThat(warnings.messages).hasSize(1);
      assertThat(warnings.messages.get(0))
          .contains("At 20.0 Hz, " + slow + " modes of model golden", "(" + nativeCount + " at");
    } finally {
      logger.removeAppender(warnings);
      Configurator.setLevel(logger, before);
    }
  }

  private static final class Warnings extends AbstractAppender {
    final List<String> messages = new ArrayList<>();

    Warnings() {
      super("warnings", null, null, true, Property.EMPTY_ARRAY);
      start();
    }

    @Override
    public void append(LogEvent event) {
      messages.add(event.getMessage().getFormattedMessage());
    }
  }
}
