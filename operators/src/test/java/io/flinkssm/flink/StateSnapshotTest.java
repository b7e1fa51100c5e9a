package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.flink.ScoringHarness.Backend;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Frames;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.KeyStateFormat;
import io.flinkssm.stream.KeyStates;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig.Ordering;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * State that earlier releases wrote is still read, and continues as it would have then. The folder
 * {@code state-snapshots} is listed, so no file is forgotten: {@code v<format>-<backend>.snapshot}
 * is what Flink's harness wrote, {@code v<format>-<seed>.keystate} is one value.
 *
 * <p>After a change of the format, run this test with {@code -Dflinkssm.regenerate=true}: it adds
 * files of the new version and never touches older ones.
 */
class StateSnapshotTest {
  private static final Path WRITTEN = Path.of("src", "test", "resources", "state-snapshots");
  private static final int SEEDS = 4;
  private static final int MIDDLE = 11;

  private static Configuration options() {
    return ScoringHarness.options().set(ScoringOptions.ORDERING, Ordering.SORTED);
  }

  private static List<Frame> frames() {
    return Frames.splitAnywhere("k", Frames.signal(99, 5000, 1), 1000, 99);
  }

  static Stream<Path> snapshots() throws Exception {
    regenerate();
    return list(".snapshot");
  }

  static Stream<Path> values() throws Exception {
    regenerate();
    return list(".keystate");
  }

  private static Stream<Path> list(String suffix) throws IOException, URISyntaxException {
    Path folder =
        Boolean.getBoolean("flinkssm.regenerate")
            ? WRITTEN
            : Path.of(StateSnapshotTest.class.getResource("/state-snapshots").toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("snapshots")
  void continuesFrom(Path snapshot) throws Exception {
    List<Frame> frames = frames();
    List<Score> whole;
    List<Score> before;
    try (ScoringHarness h = ScoringHarness.open(options())) {
      h.add(frames.subList(0, MIDDLE)).watermark(frames.get(MIDDLE - 3).startMicros());
      before = h.scores();
      whole = h.add(frames.subList(MIDDLE, frames.size())).endOfInput().scores();
    }
    Backend backend = snapshot.toString().contains("rocksdb") ? Backend.ROCKSDB : Backend.HEAP;
    try (ScoringHarness h =
        ScoringHarness.restore(
            options(), backend, OperatorSnapshotUtil.readStateHandle(snapshot.toString()))) {
      h.add(frames.subList(MIDDLE, frames.size())).endOfInput();
      assertThat(h.rejected()).isEmpty();
      assertThat(h.scores())
          .usingRecursiveComparison()
          .isEqualTo(whole.subList(before.size(), whole.size()));
    }
  }

  @ParameterizedTest
  @MethodSource("values")
  void readsTheValue(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String name = file.getFileName().toString();
    long seed = Long.parseLong(name.substring(name.indexOf('-') + 1, name.indexOf('.')));
    KeyState<?> state = new KeyStateSerializer().deserialize(new DataInputDeserializer(bytes));
    assertThat(state)
        .isEqualTo(name.startsWith("v1-") ? KeyStates.ofFormat1(seed) : KeyStates.random(seed));
    if (name.startsWith("v" + KeyStateFormat.VERSION + "-")) {
      assertThat(serialized(state)).isEqualTo(bytes);
    }
  }

  @Test
  void theCurrentVersionIsThere() throws Exception {
    String prefix = "v" + KeyStateFormat.VERSION + "-";
    assertThat(snapshots().map(file -> file.getFileName().toString()))
        .contains(prefix + "heap.snapshot", prefix + "rocksdb.snapshot");
    assertThat(values().filter(file -> file.getFileName().toString().startsWith(prefix)))
        .hasSize(SEEDS);
    assertThat(ByteBuffer.wrap(serialized(KeyStates.random(0))).get(8))
        .as("version byte of a value")
        .isEqualTo((byte) KeyStateFormat.VERSION);
  }

  private static byte[] serialized(KeyState<?> state) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    new KeyStateSerializer().serialize(state, out);
    return out.getCopyOfBuffer();
  }

  private static void regenerate() throws Exception {
    if (!Boolean.getBoolean("flinkssm.regenerate")) {
      return;
    }
    Files.createDirectories(WRITTEN);
    String prefix = "v" + KeyStateFormat.VERSION + "-";
    for (Backend backend : Backend.values()) {
      Path file = WRITTEN.resolve(prefix + backend.name().toLowerCase(Locale.ROOT) + ".snapshot");
      if (Files.notExists(file)) {
        try (ScoringHarness h = ScoringHarness.open(options(), backend)) {
          List<Frame> frames = frames();
          h.add(frames.subList(0, MIDDLE)).watermark(frames.get(MIDDLE - 3).startMicros());
          OperatorSnapshotUtil.writeStateHandle(h.snapshot(), file.toString());
        }
      }
    }
    for (long seed = 0; seed < SEEDS; seed++) {
      Path file = WRITTEN.resolve(prefix + seed + ".keystate");
      if (Files.notExists(file)) {
        Files.write(file, serialized(KeyStates.random(seed)));
      }
    }
  }
}
