package io.flinkssm.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.benchmarks.detect.NabFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sections on recordings, on a few made-up ones. */
class RecordingSectionsTest {

  @TempDir private Path folder;

  private List<Row> rows(Section section, Settings settings) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    section.run(new Bench(settings, new PrintStream(out, true, StandardCharsets.UTF_8)));
    List<Row> rows = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      Message message = Message.JSON.readValue(line, Message.class);
      if (message.row() != null) {
        rows.add(message.row());
      }
    }
    return rows;
  }

  @Test
  void withoutRecordingsTheyAreSkippedAndSayHowToNameThem() throws Exception {
    Settings none = Settings.of(true, folder);
    assertThat(rows(new NabSection(), none))
        .singleElement()
        .satisfies(row -> assertThat(row.met()).isEqualTo(Row.Met.NONE))
        .satisfies(row -> assertThat(row.remark()).contains("--nab DIR"));
    assertThat(rows(new SkabSection(), none))
        .singleElement()
        .satisfies(row -> assertThat(row.met()).isEqualTo(Row.Met.NONE))
        .satisfies(row -> assertThat(row.remark()).contains("--skab DIR"));
  }

  @Test
  void everyContenderIsScoredAsItIsAndHeld() throws Exception {
    List<Row> rows = rows(new NabSection(), new Settings(true, folder, example(), null));
    assertThat(rows)
        .extracting(Row::what)
        .startsWith("detector, alerts")
        .contains("RCF, 50 trees, shingle 1", "RCF, 50 trees, shingle 1, held as alerts are");
    assertThat(rows).allSatisfy(row -> assertThat(row.figure()).isBetween(-1000.0, 100.0));
    assertThat(rows.get(0).target()).isEqualTo(Target.atLeast(72, ""));
    assertThat(rows.get(0).beside()).isEqualTo("4 files");
    assertThat(rows.get(0).remark()).contains("low FP", "low FN", "of 5 windows");
  }

  private static Path example() throws URISyntaxException {
    return Path.of(NabFile.class.getResource("nab").toURI());
  }
}
