package io.flinkssm.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SectionProcessTest {

  private static final Row ROW =
      new Row("tiny", "½ of it", "", Target.atMost(1, "×"), 0.5, 0.5, 0.5, "×", "quick");

  /** Gives a row, prints to where messages go, and fails if asked to. */
  static class Tiny implements Section {
    @Override
    public String name() {
      return "tiny";
    }

    @Override
    public String title() {
      return "A test";
    }

    @Override
    public List<String> jvmOptions() {
      return List.of("-Xmx64m", "-Dtiny=yes");
    }

    @Override
    public void run(Bench bench) throws Exception {
      System.out.println("{\"row\": \"not a message\"}");
      bench.progress(System.getProperty("tiny"));
      if (bench.quick()) {
        bench.row(ROW);
      }
    }
  }

  /** Fails after its row. */
  static final class Failing extends Tiny {
    @Override
    public void run(Bench bench) throws Exception {
      super.run(bench);
      throw new AssertionError("on purpose");
    }
  }

  /** Ends its JVM without a word. */
  static final class Vanishing extends Tiny {
    @Override
    public void run(Bench bench) {
      Runtime.getRuntime().halt(3);
    }
  }

  @TempDir private Path folder;

  private List<Message> run(Section section) throws Exception {
    List<Message> messages = new ArrayList<>();
    SectionProcess.run(section, Settings.of(true, folder), messages::add);
    return messages;
  }

  @Test
  void rowsArriveFromAnotherJvmWithItsOptions() throws Exception {
    List<Message> messages = run(new Tiny());

    assertThat(messages).extracting(Message::row).containsExactly(null, null, ROW);
    assertThat(messages.get(0).kernels()).startsWith("float32");
    assertThat(messages.get(1).progress()).isEqualTo("yes");
    assertThat(folder.resolve("tiny.log")).content().contains("not a message");
  }

  @Test
  void aFailureIsTheLastMessageAndSaysWhy() throws Exception {
    List<Message> messages = run(new Failing());

    assertThat(messages).hasSize(4);
    assertThat(messages.get(2).row()).isEqualTo(ROW);
    assertThat(messages.get(3).failure()).contains("on purpose");
  }

  @Test
  void aJvmThatVanishesIsAFailure() throws Exception {
    List<Message> messages = run(new Vanishing());

    assertThat(messages.get(messages.size() - 1).failure()).contains("code 3", "tiny.log");
  }
}
