package io.flinkssm.jobs.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationTest {
  private static final Instant NOW = Instant.parse("2026-01-31T10:00:00.5Z");

  @ParameterizedTest
  @CsvSource({
    "now, 2026-01-31T10:00:00.5Z",
    "+30s, 2026-01-31T10:00:30.5Z",
    "+ 5 min, 2026-01-31T10:05:00.5Z",
    "2026-01-31T12:00:00+02:00, 2026-01-31T10:00:00Z",
    "2026-01-31 10:00:00, 2026-01-31T10:00:00Z",
    "1769853600, 2026-01-31T10:00:00Z"
  })
  void understandsTimesAndLeads(String text, Instant expected) {
    assertThat(Activation.parseMicros(text, NOW)).isEqualTo(expected.toEpochMilli() * 1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "30s", "+", "+-3s", "+300000y", "0", "1969-01-01T00:00:00Z", ""})
  void namesWhatIsNoTime(String text) {
    assertThatThrownBy(() -> Activation.parseMicros(text, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining('"' + text + '"')
        .hasMessageContaining("+30s");
  }

  @ParameterizedTest
  @CsvSource({
    "+30s, (in 30 s)",
    "now, (in 0 ms)",
    "2026-01-31T09:57:00.5Z, (3 min ago)",
    "2026-02-07T10:00:00.5Z, (in 7 d)"
  })
  void saysHowFarAwayATimeIs(String text, String distance) {
    assertThat(Activation.show(Activation.parseMicros(text, NOW), NOW)).endsWith(distance);
  }

  @Test
  void showsTheTimeItself() {
    assertThat(Activation.show(1, NOW)).startsWith("1970-01-01T00:00:00Z (");
  }
}
