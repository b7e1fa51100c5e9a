package io.flinkssm.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecondVersionTest {
  private static final Path FIRST = Path.of("../models/spoken-digits-s4d");

  @Test
  void theSecondVersionHasHalfTheLogits(@TempDir Path folder) throws Exception {
    SecondVersion.write(FIRST, folder, "2");
    SequenceModel first = ModelDirectory.read(FIRST);
    SequenceModel second = ModelDirectory.read(folder);
    assertThat(second.info().version()).isEqualTo("2");
    assertThat(second.info().name()).isEqualTo(first.info().name());
    assertThat(second.info().sha256()).isNotEqualTo(first.info().sha256());
    double[] before = logits(first);
    double[] after = logits(second);
    for (int i = 0; i < before.length; i++) {
      assertThat(after[i]).isCloseTo(before[i] / 2, within(1e-5));
    }
  }

  private static double[] logits(SequenceModel model) {
    DiscreteModel<double[]> discrete =
        model.discretize(model.info().sampleRateHz(), Kernels.float64());
    double[] input = new double[500];
    for (int i = 0; i < input.length; i++) {
      input[i] = 3000 * Math.sin(0.3 * i);
    }
    double[] output = new double[model.info().outputSize()];
    discrete.convolve(null, input, input.length, output, 1);
    return output;
  }
}
