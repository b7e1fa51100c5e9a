package io.flinkssm.jobs.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.stream.WindowScore;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static ModelInfo classifier(String version, String... labels) {
    return info(version, ModelInfo.Task.CLASSIFICATION, labels.length, List.of(labels));
  }

  private static ModelInfo info(
      String version, ModelInfo.Task task, int outputs, List<String> labels) {
    return new ModelInfo(
        "m", version, "0123456789abcdef", "toy", task, 1, outputs, labels, 1, 1, 1, 1);
  }

  private static WindowScore score(String key, long end, String label, double... values) {
    boolean classifies = !label.isEmpty();
    return new WindowScore(
        key,
        0,
        0,
        end,
        0,
        1,
        1,
        "m",
        "v",
        "",
        classifies ? "classification" : "features",
        "fft",
        "float32",
        true,
        classifies ? new double[values.length] : values,
        classifies ? values : new double[0],
        label,
        true,
        null,
        0,
        0);
  }

  @Test
  void windowsArePairedByTheirPlaces() {
    ModelInfo info = classifier("1", "x", "y");
    Comparison c =
        Comparison.of(
            info,
            info,
            List.of(score("k", 5, "x", 1, 0), score("k", 9, "x", 1, 0), score("l", 5, "x", 1, 0)),
            List.of(score("k", 9, "y", 0, 1), score("k", 5, "x", 1, 0), score("k", 6, "x", 1, 0)));
    assertThat(c.windows()).isEqualTo(2);
    assertThat(c.onlyA()).isEqualTo(1);
    assertThat(c.onlyB()).isEqualTo(1);
    assertThat(c.agreeing()).isEqualTo(1);
    assertThat(c.confusion()).isDeepEqualTo(new int[][] {{1, 1}, {0, 0}});
    assertThat(c.disagreeing()).hasSize(1);
    assertThat(c.disagreeing().get(0).b().label()).isEqualTo("y");
  }

  @Test
  void shiftsAreOfTheClassesThatBothKnow() {
    Comparison c =
        Comparison.of(
            classifier("1", "x", "y"),
            classifier("2", "z", "y", "w"),
            List.of(score("k", 5, "x", 0.75, 0.25), score("l", 5, "y", 0.5, 0.5)),
            List.of(score("k", 5, "y", 0.25, 0.5, 0.25), score("l", 5, "w", 0, 0.25, 0.75)));
    assertThat(c.shifts()).extracting(Comparison.Shift::name).containsExactly("y");
    Comparison.Shift y = c.shifts().get(0);
    assertThat(y.differences()).containsExactly(-0.25, 0.25);
    assertThat(y.mean()).isCloseTo(0, within(1e-12));
    assertThat(y.quantile(1)).isEqualTo(0.25);
    // The window of which the second model is surest comes first.
    assertThat(c.disagreeing()).extracting(p -> p.a().key()).containsExactly("l", "k");
  }

  @Test
  void modelsThatDoNotClassifyAreComparedByTheirOutputs() throws IOException {
    ModelInfo features = info("1", ModelInfo.Task.FEATURES, 2, List.of());
    Comparison c =
        Comparison.of(
            features,
            features,
            List.of(score("k", 5, "", 1, 2)),
            List.of(score("k", 5, "", 1.5, 2)));
    assertThat(c.classifies()).isFalse();
    assertThat(c.shifts()).extracting(Comparison.Shift::mean).containsExactly(0.5, 0.0);
    assertThat(CompareReport.of(c).html()).contains("How far each output moves", "output 1");
  }
}
