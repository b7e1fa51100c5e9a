package io.flinkssm.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.benchmarks.bench.Row.Met;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowTest {

  private static Row row(Target target, double figure, double low, double high) {
    return new Row("model", "a", "b", target, figure, low, high, "×", "");
  }

  @ParameterizedTest
  @CsvSource({
    "AT_MOST, 1.25, YES", "AT_MOST, 1.2500001, NO", "AT_MOST, 0, YES",
    "AT_LEAST, 1.25, YES", "AT_LEAST, 1.2499999, NO", "AT_LEAST, 70, YES",
    "AT_MOST, NaN, NONE", "AT_LEAST, NaN, NONE"
  })
  void theLimitItselfIsAllowed(Target.Relation relation, double figure, Met expected) {
    Target target = new Target(relation, 1.25, "×");
    assertThat(row(target, figure, figure, figure).met()).isEqualTo(expected);
  }

  @Test
  void withoutATargetNothingIsMet() {
    assertThat(row(null, 1, 1, 1).met()).isEqualTo(Met.NONE);
  }

  @Test
  void figuresShowTheirQuartilesAndThreeDigits() {
    assertThat(row(null, 1.2345, 1.1, 1.3).figureText()).isEqualTo("1.23× (1.10 … 1.30)");
    assertThat(row(null, 123.45, 123.45, 123.45).figureText()).isEqualTo("123×");
    assertThat(Figures.text(1234567, "samples/s")).isEqualTo("1 230 000 samples/s");
    assertThat(Figures.text(0, "bytes")).isEqualTo("0 bytes");
    assertThat(Figures.text(0.01234, "µs")).isEqualTo("0.0123 µs");
    assertThat(Target.atMost(1.25, "×")).hasToString("≤ 1.25×");
    assertThat(Target.atLeast(65, "%")).hasToString("≥ 65%");
    assertThat(Row.missing("s", "w", "b", null, "no C compiler").figureText()).isEqualTo("–");
  }
}
