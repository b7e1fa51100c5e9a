package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.stream.Detection;
import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.testing.OptionsPage;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/detection-options.md} to the options, and those to the detector. */
class DetectionOptionsTest {

  @Test
  void documentIsUpToDate() throws IOException {
    OptionsPage.assertUpToDate(
        "detection-options.md",
        """
        # Options of detection

        Generated from `io.flinkssm.flink.DetectionOptions`; do not edit. None has to be set. The rules
        of order, time, broken values, emission and bundles are those of [options.md](options.md), with
        these defaults, as a detector learns for as long as a key lives: intervals are taken as they
        come, so that no gap ends a segment and no rate needs to be stated; silence ends none either;
        statistics need float64; every sample is emitted (`ssm.emit.policy=label-change` emits only
        where an alarm begins or ends). With `ssm.sampling=irregular` the options of gaps and of rates
        have no effect.

        `ssm.model.path` may name a model that forecasts the next sample (task `forecast`, `d_output` =
        `d_input`, outputs in the units of the input). Its errors then count as those of the detector's
        own forecasts: what breaks the dynamics that it was trained on is seen. A sample more than a
        tenth of the native interval early or late has no forecast of the model's; after an interval
        outside its declared range its memory begins anew, what was learned of the key stays.

        %s"""
            .formatted(differingDefaults()),
        DetectionOptions.all(),
        "mvn verify -pl operators -am -Dtest=DetectionOptionsTest -Dflinkssm.regenerate=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false -DskipITs");
  }

  private static String differingDefaults() {
    Configuration made = DetectionOptions.withDefaults(new Configuration());
    StringBuilder text =
        new StringBuilder("| option | default of detection | else |\n|---|---|---|\n");
    for (ConfigOption<?> option : ScoringOptions.all()) {
      if (made.contains(option)) {
        text.append(
            "| `%s` | `%s` | `%s` |%n"
                .formatted(
                    option.key(),
                    OptionsPage.value(made.get(option)),
                    OptionsPage.value(option.defaultValue())));
      }
    }
    return text.toString();
  }

  @Test
  void everyOptionIsListed() {
    assertThat(DetectionOptions.all())
        .hasSize(
            (int)
                Arrays.stream(DetectionOptions.class.getFields())
                    .filter(field -> Modifier.isStatic(field.getModifiers()))
                    .count())
        .allSatisfy(option -> assertThat(option.key()).startsWith("ssm.detect."))
        .doesNotHaveDuplicates();
  }

  @Test
  void defaultsAreThoseWithoutFlink() {
    assertThat(DetectionOptions.rules(new Configuration()))
        .usingRecursiveComparison()
        .isEqualTo(Detection.rules().build());
    assertThat(DetectionOptions.detector(new Configuration())).isEqualTo(DetectorConfig.of(1));
  }

  @Test
  void whatIsSetStays() {
    Configuration options = new Configuration();
    options.setString("ssm.sampling", "frame");
    options.setString("ssm.idle-timeout", "1 h");
    options.setString("ssm.state-ttl", "0 s");
    options.setString("ssm.emit.policy", "frame");
    ScoringConfig rules = DetectionOptions.rules(options);
    assertThat(rules.sampling()).isEqualTo(ScoringConfig.Sampling.FRAME);
    assertThat(rules.idleTimeoutMicros()).isEqualTo(3_600_000_000L);
    assertThat(rules.emit()).isEqualTo(ScoringConfig.Emit.FRAME);
    assertThat(rules.emitEvery()).isZero();
    assertThat(DetectionOptions.withDefaults(options).get(ScoringOptions.STATE_TTL)).isZero();
  }

  @Test
  void labelsAreComparedAtEverySample() {
    Configuration options = new Configuration();
    options.setString("ssm.emit.policy", "label-change");
    assertThat(DetectionOptions.rules(options).emitEvery()).isEqualTo(1);
  }

  @Test
  void textIsParsed() {
    Configuration options = new Configuration();
    options.setString("ssm.detect.channels", "8");
    options.setString("ssm.detect.alarm-rate", "1e-4");
    options.setString("ssm.detect.calendar", "off");
    options.setString("ssm.detect.refractory", "50");
    assertThat(DetectionOptions.detector(options))
        .isEqualTo(
            DetectorConfig.of(8)
                .withAlarmRate(1e-4)
                .withCalendar(DetectorConfig.Calendar.OFF)
                .withRefractorySamples(50));
  }

  @Test
  void float32IsRefused() {
    Configuration options = new Configuration();
    options.setString("ssm.precision", "float32");
    assertThatThrownBy(() -> DetectionOptions.rules(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("precision is float32")
        .hasMessageContaining("float64");
  }
}
