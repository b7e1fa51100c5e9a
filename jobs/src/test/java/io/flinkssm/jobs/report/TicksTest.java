package io.flinkssm.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TicksTest {

  @Test
  void numbersAreRoundAndWithinTheRange() {
    assertThat(labels(Ticks.numbers(0, 1, 5)))
        .containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
    assertThat(labels(Ticks.numbers(-3, 12, 4))).containsExactly("0", "5", "10");
    assertThat(labels(Ticks.numbers(2.1e6, 4.2e6, 4))).contains("3000 k", "4000 k");
    assertThat(labels(Ticks.numbers(3e9, 9.1e10, 4))).contains("40 G", "60 G");
    assertThat(labels(Ticks.numbers(7, 7, 4))).containsExactly("7.00");
    assertThat(labels(Ticks.numbers(1e-9, 9e-9, 4))).contains("4.00e-09");
  }

  @Test
  void timesFallOnTheCalendar() {
    assertThat(times("2014-04-10T00:04:00Z", "2014-04-10T05:00:00Z"))
        .containsExactly("01:00", "02:00", "03:00", "04:00", "05:00");
    assertThat(times("2014-04-10T22:00:00Z", "2014-04-11T02:00:00Z"))
        .containsExactly("22:00", "23:00", "11 Apr", "01:00", "02:00");
    assertThat(times("2014-04-01T00:00:00Z", "2014-05-01T00:00:00Z"))
        .containsExactly("7 Apr", "14 Apr", "21 Apr", "28 Apr");
    assertThat(times("2014-01-02T00:00:00Z", "2014-12-30T00:00:00Z"))
        .containsExactly("Mar 2014", "May 2014", "Jul 2014", "Sep 2014", "Nov 2014");
    assertThat(times("1990-06-01T00:00:00Z", "2014-12-30T00:00:00Z"))
        .containsExactly("1995", "2000", "2005", "2010");
    assertThat(times("2014-04-10T00:00:01.5Z", "2014-04-10T00:00:04Z"))
        .containsExactly("00:00:02", "00:00:03", "00:00:04");
  }

  private static List<String> times(String from, String to) {
    return labels(Ticks.times(micros(from), micros(to), 7));
  }

  private static long micros(String time) {
    return Instant.parse(time).toEpochMilli() * 1000;
  }

  private static List<String> labels(List<Ticks.Tick> ticks) {
    return ticks.stream().map(Ticks.Tick::label).toList();
  }
}
