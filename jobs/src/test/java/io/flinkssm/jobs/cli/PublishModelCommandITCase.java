package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.jobs.kafka.ReleaseLog;
import io.flinkssm.jobs.kafka.WireFormat;
import io.flinkssm.stream.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ssm publish-model} and {@code ssm models} against a real broker. */
class PublishModelCommandITCase {
  private final KafkaTesting kafka = KafkaTesting.shared();
  private final String topic = "published-" + UUID.randomUUID();

  @TempDir private Path folder;

  @Test
  void publishesCopiesAndShows() throws IOException {
    Path model = GoldenModel.diagonal(folder);
    Path root = folder.resolve("released");
    CommandLineRun first = publish(model, "--to", root, "--activate-at", "2026-01-31T10:00:00Z");
    assertThat(first.err()).isEmpty();
    assertThat(first.code()).isZero();
    assertThat(first.out())
        .contains("copied config.json, model.safetensors", "created: one partition")
        .contains("offset 0, activates at 2026-01-31T10:00:00Z", "state reset");

    CommandLineRun again = publish(model, "--to", root, "--state", "warm-start");
    assertThat(again.out())
        .contains("was there", "(exists)", "offset 1", "(in 30 s), state warm-start");

    List<Release> releases = releases();
    assertThat(releases).hasSize(2);
    Release release = releases.get(0);
    assertThat(release.name()).isEqualTo("golden");
    assertThat(release.activateAtMicros()).isEqualTo(1_769_853_600_000_000L);
    assertThat(release.uri())
        .startsWith(root.toUri().toString())
        .endsWith("/golden/7-" + release.sha256().substring(0, 8));

    CommandLineRun rollBack = publish(release.uri(), "--activate-at", "now", "--state", "keep");
    assertThat(rollBack.err()).isEmpty();
    assertThat(rollBack.out()).contains("was there", "offset 2", "state keep", "not in the future");
    assertThat(releases().get(2).uri()).isEqualTo(release.uri());

    CommandLineRun models = models();
    assertThat(models.err()).isEmpty();
    assertThat(models.code()).isZero();
    assertThat(models.out().lines().map(String::strip).toList())
        .satisfiesExactly(
            header -> assertThat(header).startsWith("model   version  status"),
            line -> assertThat(line).contains("superseded", "2026-01-31T10:00:00Z", "reset"),
            line -> assertThat(line).contains("active", "keep"),
            line -> assertThat(line).contains("pending", "warm-start"));
    assertThat(models("--at", "2026-01-31T10:00:00Z").out().lines().toList().get(1))
        .contains("active");
  }

  @Test
  void showsWhatCannotBeUsed() throws IOException {
    Path model = GoldenModel.diagonal(folder);
    publish(model, "--to", folder.resolve("released"), "--activate-at", "now");
    kafka.send(List.of(new ProducerRecord<>(topic, new byte[] {1, 2, 3})));
    Path weights = released();
    Files.write(weights, new byte[100]);

    CommandLineRun models = models();
    assertThat(models.code()).isOne();
    assertThat(models.out())
        .contains("UNUSABLE", "model.safetensors", "offset 1 is no release: the value is no");
  }

  @Test
  void aVersionMeansOneSetOfWeights() throws IOException {
    Path model = GoldenModel.diagonal(folder);
    publish(model, "--to", folder.resolve("released"));
    Path other = GoldenModel.lowRank(folder);

    CommandLineRun run = publish(other, "--to", folder.resolve("elsewhere"));
    assertThat(run.code()).isOne();
    assertThat(run.err())
        .contains("version 7 of model golden was released at offset 0 with other weights")
        .contains("another version in config.json");
    assertThat(releases()).hasSize(1);
    assertThat(folder.resolve("elsewhere")).doesNotExist();
  }

  @Test
  void keepingTheStateNeedsTheSameDynamics() throws IOException {
    publish(GoldenModel.diagonal(folder), "--to", folder.resolve("released"));
    Path other = GoldenModel.lowRank(folder);
    Path config = other.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"7\"", "\"8\""));

    CommandLineRun run = publish(other, "--to", folder.resolve("released"), "--state", "keep");
    assertThat(run.code()).isOne();
    assertThat(run.err()).contains("cannot be released", "the state policy is keep", "version 7");
    assertThat(releases()).hasSize(1);
    assertThat(publish(other, "--to", folder.resolve("released")).code()).isZero();
  }

  @Test
  void aDryRunWritesNothing() {
    Path model = GoldenModel.diagonal(folder);
    Path root = folder.resolve("released");
    CommandLineRun run = CommandLineRun.of("publish-model", model, "--to", root, "--dry-run");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("golden 7", root.toUri().toString(), "would activate");
    assertThat(root).doesNotExist();
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path model = GoldenModel.diagonal(folder);
    assertUsage(publish(model), "--to is missing");
    assertUsage(publish(model, "--to", "x", "--state", "warm"), "--state warm: expected reset");
    assertUsage(publish(model, "--to", "x", "--activate-at", "soon"), "--activate-at \"soon\"");
    assertUsage(
        CommandLineRun.of("publish-model", model, "--to", folder), "kafka.bootstrap-servers");
    assertUsage(publish(model, "--to", folder, "-D", "kafka.fromat=avro"), "kafka.fromat");
    assertUsage(CommandLineRun.of("models"), "kafka.bootstrap-servers is missing");
    CommandLineRun none = models();
    assertThat(none.code()).isOne();
    assertThat(none.err()).contains(topic, "does not exist", "ssm publish-model");
    Files.write(model.resolve("model.safetensors"), new byte[9]);
    CommandLineRun broken = publish(model, "--to", folder.resolve("released"));
    assertThat(broken.code()).isOne();
    assertThat(broken.err()).contains("model.safetensors");
    assertThat(folder.resolve("released")).doesNotExist();
  }

  private static void assertUsage(CommandLineRun run, String... says) {
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(says);
  }

  private CommandLineRun publish(Object... args) {
    return run("publish-model", args);
  }

  private CommandLineRun models(Object... args) {
    return run("models", args);
  }

  private CommandLineRun run(String command, Object... args) {
    Object[] target = {"--topic", topic, "--kafka.bootstrap-servers", kafka.bootstrapServers()};
    return CommandLineRun.of(
        Stream.of(Stream.of(command), Stream.of(args), Stream.of(target))
            .flatMap(s -> s)
            .toArray());
  }

  private Path released() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("released"))) {
      return files.filter(f -> f.endsWith("model.safetensors")).findFirst().orElseThrow();
    }
  }

  private List<Release> releases() throws IOException {
    return new ReleaseLog(
            topic, WireFormat.plain(), Map.of("bootstrap.servers", kafka.bootstrapServers()))
        .read().stream().map(entry -> entry.left()).toList();
  }
}
