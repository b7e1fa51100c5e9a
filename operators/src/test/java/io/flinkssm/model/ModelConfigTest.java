package io.flinkssm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.model.ModelInfo.Task;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ModelConfigTest {

  private static final String GOOD =
      """
      {"format": 1, "name": "pump", "version": "3", "architecture": "s4-classifier",
       "d_input": 2, "d_output": 3, "task": "classification", "labels": ["ok", "worn", "broken"],
       "sample_rate_hz": 50, "input_scale": [0.5, 2], "input_offset": 1}
      """;

  @Test
  void readsTheSharedKeys() {
    ModelConfig config = read(GOOD);
    assertThat(config.name()).isEqualTo("pump");
    assertThat(config.task()).isEqualTo(Task.CLASSIFICATION);
    assertThat(config.labels()).containsExactly("ok", "worn", "broken");
    assertThat(config.inputScale()).containsExactly(0.5, 2);
    assertThat(config.inputOffset()).containsExactly(1, 1);
    assertThat(config.minSampleRateHz()).isEqualTo(50 / 8.0);
    assertThat(config.maxSampleRateHz()).isEqualTo(400);
    config.keys().finish();
  }

  @Test
  void refusesUnknownKeysAndNamesTheNearest() {
    assertThatThrownBy(() -> read(GOOD.replace("input_scale", "imput_scale")).keys().finish())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll(
            "config.json",
            "unknown key \"imput_scale\"",
            "did you mean \"input_scale\"?",
            "labels");
    assertThatThrownBy(
            () -> read(GOOD.replace("{\"format\"", "{\"qqq\": 1, \"format\"")).keys().finish())
        .hasMessageContaining("unknown key \"qqq\"")
        .hasMessageNotContaining("did you mean");
  }

  @Test
  void refusesUnknownKeysOfChildren() {
    ConfigNode keys = ConfigNode.parse("config.json", bytes("{\"layer\": {\"mod\": \"diag\"}}"));
    keys.child("layer", "{}").textOr("mode", "diag");
    assertThatThrownBy(keys::finish).hasMessageContainingAll("\"layer.mod\"", "\"mode\"");
  }

  @Test
  void namesMissingKeysWithAnExample() {
    assertRefused(
        GOOD.replace("\"name\": \"pump\",", ""), "no key \"name\"", "\"name\": \"pump-s4d\"");
    assertRefused(
        GOOD.replace("\"d_input\"", "\"d_imput\""), "no key \"d_input\"", "is \"d_imput\" meant");
    assertRefused("", "config.json", "is empty");
    assertRefused(
        GOOD.replace("\"sample_rate_hz\": 50", "\"sample_rate_hz\": null"),
        "no key \"sample_rate_hz\"",
        "4000");
  }

  @Test
  void refusesValuesOfTheWrongKind() {
    assertRefused(
        GOOD.replace("\"d_input\": 2", "\"d_input\": 2.5"), "\"d_input\" is 2.5", "whole number");
    assertRefused(
        GOOD.replace("\"d_input\": 2", "\"d_input\": 0"), "\"d_input\" is 0", "from 1 to 8192");
    assertRefused(
        GOOD.replace("\"d_input\": 2", "\"d_input\": 2147483647"),
        "\"d_input\" is 2147483647",
        "from 1 to 8192");
    assertRefused(
        GOOD.replace("\"d_input\": 2", "\"d_input\": 99999999999"), "\"d_input\" is 99999999999");
    assertRefused(GOOD.replace("\"pump\"", "7"), "\"name\" is 7", "a string");
    assertRefused(
        GOOD.replace("50,", "\"50\","), "\"sample_rate_hz\" is \"50\"", "a finite number");
    assertRefused(GOOD.replace("50,", "-50,"), "\"sample_rate_hz\" is -50", "greater than 0");
    assertRefused(
        GOOD.replace("[0.5, 2]", "[0.5]"), "\"input_scale\" is 1 numbers", "2, one per channel");
    assertRefused(
        GOOD.replace("[\"ok\", \"worn\", \"broken\"]", "\"ok\""), "\"labels\"", "array of strings");
  }

  @Test
  void refusesLabelsThatDoNotFitTheTask() {
    assertRefused(GOOD.replace(", \"broken\"", ""), "\"labels\" is 2 names", "3, one per class");
    assertRefused(
        GOOD.replace("\"classification\"", "\"forecast\""), "\"labels\" is 3 names", "none");
    assertRefused(
        GOOD.replace("\"classification\"", "\"regression\""),
        "\"task\" is \"regression\"",
        "forecast");
  }

  @Test
  void refusesRatesOutsideTheirOwnRange() {
    assertRefused(
        GOOD.replace("\"input_offset\"", "\"max_sample_rate_hz\": 40, \"input_offset\""),
        "\"sample_rate_hz\"",
        "40");
  }

  @Test
  void refusesOtherFormats() {
    assertRefused(
        GOOD.replace("\"format\": 1", "\"format\": 2"), "\"format\" is 2", "newer release");
  }

  @Test
  void refusesWhatIsNotJson() {
    assertThatThrownBy(() -> ConfigNode.parse("config.json", bytes("{\n\"a\": }")))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("config.json", "line 2");
    assertThatThrownBy(() -> ConfigNode.parse("config.json", bytes("[]")))
        .hasMessageContaining("expected an object");
    assertThatThrownBy(() -> ConfigNode.parse("config.json", bytes("{\"a\": 1, \"a\": 2}")))
        .hasMessageContaining("'a'");
    assertThatThrownBy(() -> ConfigNode.parse("config.json", bytes("")))
        .isInstanceOf(InvalidModelException.class);
  }

  private static ModelConfig read(String json) {
    return ModelConfig.read(ConfigNode.parse("config.json", bytes(json)));
  }

  private static void assertRefused(String json, String... parts) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll(parts)
        .hasMessageContaining("config.json");
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
