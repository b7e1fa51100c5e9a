package io.flinkssm.jobs.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flinkssm.jobs.io.Signal;
import io.flinkssm.model.GoldenFile;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.ssm.RateMethod;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldenCasesTest {

  @Test
  void conditionsSayTheRateAndTheMethod() throws IOException {
    String tensor = "{\"shape\": [1, 2], \"data\": [1, 2]}";
    String json =
        """
        {"meta": {"files": ["a.wav"]},
         "tensors": {"logits_f64.native_rate1": %1$s, "logits_f64.half_rate2_zero_shot": %1$s,
                     "logits_f64.stream.half_rate2_zero_shot": %1$s,
                     "logits_f64.hold2.half": %1$s, "logits_f64.odd": %1$s}}
        """
            .formatted(tensor);
    GoldenFile golden =
        GoldenFile.read("test", new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    ModelInfo info =
        new ModelInfo(
            "m",
            "1",
            "",
            "s4",
            ModelInfo.Task.CLASSIFICATION,
            1,
            2,
            List.of("a", "b"),
            100,
            10,
            1000,
            1);
    List<String> skipped = new ArrayList<>();
    List<GoldenCase> cases =
        new GoldenCases(golden, info)
            .ofRecordings(
                name -> new Signal(name, 100, 1, new float[] {1, 2, 3, 4, 5}), 9, skipped::add);

    assertThat(cases)
        .extracting(GoldenCase::name, GoldenCase::sampleRateHz, GoldenCase::method)
        .containsExactly(
            tuple("logits_f64.native_rate1", 100.0, RateMethod.PLAIN),
            tuple("logits_f64.stream.half_rate2_zero_shot", 50.0, RateMethod.PLAIN),
            tuple("logits_f64.hold2.half", 50.0, RateMethod.HOLD));
    assertThat(cases.get(2).inputs().get(0)).containsExactly(1, 3, 5);
    assertThat(skipped).hasSize(2);
  }
}
