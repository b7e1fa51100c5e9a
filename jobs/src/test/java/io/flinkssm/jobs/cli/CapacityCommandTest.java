package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapacityCommandTest {
  private static final String REGENERATE =
      "mvn verify -pl jobs -am -Dtest=CapacityCommandTest -Dflinkssm.regenerate=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false -DskipITs";

  /** A command in a comment, and what it prints in the code block behind it. */
  private static final Pattern GENERATED =
      Pattern.compile("(<!-- ssm (capacity [^>]*) -->\n```\n)(.*?)(\n```\n)", Pattern.DOTALL);

  @TempDir Path dir;

  @Test
  void saysWhatAModelNeedsAndHowItWasComputed() {
    Path model = GoldenModel.lowRank(dir);

    CommandLineRun run =
        CommandLineRun.of(
            "capacity", "--model", model, "--rate", 100, "--frame", 10, "--keys", 1000);

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    // 172 bytes of header, then 2 channels, 4 outputs, 4 layers of 32 · 64 elements, 66 of the
    // mean.
    double stored = 172 + 4 * (2 + 4 + 4 * 32 * 64 + 66);
    assertThat(run.out())
        .containsPattern("(?m)^  frames a second +10,000 1/s +keys · rate / frame$")
        .containsPattern("(?m)^  state of a key +%.1f kB ".formatted(stored / 1e3))
        .containsPattern("(?m)^  heap for state")
        .contains("Unit costs measured on ");
  }

  @Test
  void aShapeGivesTheFiguresOfItsModel() throws IOException {
    Path model = GoldenModel.diagonal(dir);
    Object[] load = {"--rate", 100, "--keys", 10, "--backend", "rocksdb", "--json"};

    JsonNode ofModel = json("capacity", "--model", model, load);
    JsonNode ofShape = json("capacity", "--width", 32, load, "--state-size", 64, "--layers", 4);

    assertThat(value(ofShape, "arithmetic")).isEqualTo(value(ofModel, "arithmetic"));
    // It has one more input channel, and six outputs less.
    assertThat(value(ofShape, "statePerKey")).isEqualTo(value(ofModel, "statePerKey") + 4 * 5);
    assertThat(ofModel.get("costs").get("dplrNanos").asDouble()).isPositive();
  }

  @Test
  void saysWhatIsMissingOrWrong() {
    assertUsage("--model", "--rate", 1, "--keys", 1);
    assertUsage("exclusive", "--model", "m", "--width", 1, "--layers", 1, "--rate", 1, "--keys", 1);
    assertUsage("rate is -1", "--width", 1, "--layers", 1, "--rate", -1, "--keys", 1);
    assertUsage("--width 0", "--width", 0, "--layers", 1, "--rate", 1, "--keys", 1);
    assertUsage("--kind", "--width", 1, "--layers", 1, "--kind", "x", "--rate", 1, "--keys", 1);
    Object[] shape = {"--width", 1, "--layers", 1, "--rate", 1, "--keys", 1};
    assertUsage("a time such as", flat(shape, "--checkpoint-interval", "often"));
    assertUsage("checkpoint interval is 0", flat(shape, "--checkpoint-interval", "0s"));
    assertUsage("'swift'", flat(shape, "--backend", "swift"));
  }

  /** Holds the tables of {@code docs/capacity.md} to what their commands print. */
  @Test
  void thePageShowsWhatIsPrinted() throws IOException {
    Path page = Path.of("..", "docs", "capacity.md");
    String text = Files.readString(page);
    Matcher blocks = GENERATED.matcher(text);

    String fresh =
        blocks.replaceAll(
            block -> {
              CommandLineRun run = CommandLineRun.of((Object[]) block.group(2).split(" "));
              assertThat(run.code()).as(run.err()).isZero();
              String printed = run.out().stripTrailing();
              return Matcher.quoteReplacement(block.group(1) + printed + block.group(4));
            });

    assertThat(GENERATED.matcher(text).results()).hasSizeGreaterThanOrEqualTo(2);
    if (Boolean.getBoolean("flinkssm.regenerate")) {
      Files.writeString(page, fresh);
      text = fresh;
    }
    assertThat(text)
        .as("docs/capacity.md is stale; regenerate it with: %s", REGENERATE)
        .isEqualTo(fresh);
  }

  private static JsonNode json(Object... args) throws IOException {
    CommandLineRun run = CommandLineRun.of(flat(args));
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  private static double value(JsonNode plan, String name) {
    for (JsonNode figure : plan.get("figures")) {
      if (figure.get("name").asText().equals(name)) {
        return figure.get("value").asDouble();
      }
    }
    throw new AssertionError("no figure " + name);
  }

  private static void assertUsage(String part, Object... args) {
    CommandLineRun run = CommandLineRun.of(flat("capacity", args));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(part, "Try `ssm capacity --help`");
  }

  /** Arguments with those of nested arrays in their places. */
  private static Object[] flat(Object... args) {
    return Arrays.stream(args)
        .flatMap(arg -> arg instanceof Object[] nested ? Arrays.stream(nested) : Stream.of(arg))
        .toArray();
  }
}
