package io.flinkssm.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesCsvTest {
  private static final SeriesCsv.Columns LABELLED =
      new SeriesCsv.Columns(List.of(), Set.of("anomaly", "changepoint"));

  @TempDir Path dir;

  @Test
  void keepsTextsAsTheyAre() throws IOException {
    List<SeriesCsv.Row> rows =
        read("timestamp,value\n2014-04-01 00:00:00,1.50\n2014-04-01 00:05:00, 2e3 \n");

    assertThat(rows).extracting(SeriesCsv.Row::time).first().isEqualTo("2014-04-01 00:00:00");
    assertThat(rows.get(0).texts()).containsExactly("1.50");
    assertThat(rows.get(1).texts()).containsExactly("2e3");
    assertThat(rows.get(1).values()).containsExactly(2000);
    assertThat(rows.get(1).micros() - rows.get(0).micros()).isEqualTo(300_000_000);
  }

  @Test
  void findsTheTimesByNameOrElseByWhatTheyAre() throws IOException {
    assertThat(read("v;Time\n7;5.5\n").get(0).micros()).isEqualTo(5_500_000);
    SeriesCsv.Row byDate = read("count\tmeasured at\n7\t1970-01-02\n").get(0);
    assertThat(byDate.micros()).isEqualTo(86_400_000_000L);
    assertThat(byDate.values()).containsExactly(7);
    // A name goes before a date further left; numbers alone may be anything.
    assertThat(read("a,date,v\n2014-04-01,1970-01-03,7\n", "a").get(0).time())
        .isEqualTo("1970-01-03");
    assertThat(read("a,b\n2014,2\n").get(0).values()).containsExactly(2014, 2);
  }

  @Test
  void rowsWithoutTimesAreASecondApart() throws IOException {
    List<SeriesCsv.Row> rows = read("v\n1\n2\n3\n");

    assertThat(rows).extracting(SeriesCsv.Row::micros).containsExactly(0L, 1_000_000L, 2_000_000L);
    assertThat(rows).extracting(SeriesCsv.Row::time).containsExactly("0", "1", "2");
  }

  @Test
  void labelsAreNoChannels() throws IOException {
    try (SeriesCsv series =
        SeriesCsv.open(
            file("datetime;b;a;anomaly;changepoint\n2020-02-08 19:16:28;1;2;0.0;0.0\n"),
            LABELLED)) {
      assertThat(series.channels()).containsExactly("b", "a");
      assertThat(series.next().values()).containsExactly(1, 2);
      assertThat(series.next()).isNull();
    }
  }

  @Test
  void takesTheColumnsAskedForInTheirOrder() throws IOException {
    SeriesCsv.Columns columns = new SeriesCsv.Columns(List.of("c", "a"), Set.of());
    try (SeriesCsv series = SeriesCsv.open(file("a,b,c\n1,x,\n"), columns)) {
      assertThat(series.next().values()).containsExactly(Float.NaN, 1);
    }
    assertThatThrownBy(() -> SeriesCsv.open(file("a,b\n1,2\n"), columns))
        .hasMessageContainingAll("series.csv", "no column [c]", "[a, b]");
  }

  @Test
  void namesWhatIsWrongAndWhere() {
    assertWrong("time,v\n1,1\n2,x\n", "line 3", "column \"v\"", "\"x\" is not a number");
    assertWrong("time,v\nsoon,1\n", "line 2", "column \"time\"", "\"soon\"");
    assertWrong("time,v\n1,1\n2\n", "line 3", "1 cells; the header has 2");
    assertWrong("time,v\n", "no rows");
    assertWrong("", "empty");
    assertWrong("time\n1\n", "no column with values");
    assertWrong("2014-04-01 00:00:00,1\n2014-04-01 00:05:00,2\n", "line of column names");
  }

  private void assertWrong(String content, String... parts) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("series.csv")
        .hasMessageContainingAll(parts);
  }

  private List<SeriesCsv.Row> read(String content, String... ignored) throws IOException {
    List<SeriesCsv.Row> rows = new ArrayList<>();
    SeriesCsv.Columns columns = new SeriesCsv.Columns(List.of(), Set.of(ignored));
    try (SeriesCsv series = SeriesCsv.open(file(content), columns)) {
      for (SeriesCsv.Row row = series.next(); row != null; row = series.next()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private Path file(String content) throws IOException {
    return Files.writeString(dir.resolve("series.csv"), content);
  }
}
