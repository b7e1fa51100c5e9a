package io.flinkssm.benchmarks.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A C program among this package's resources, compiled on this machine for this machine. It waits
 * for commands, so that its batches can take turns with batches of this JVM.
 */
final class NativeProgram implements AutoCloseable {
  private static final String HEADER = "vectors.h";
  private static final List<String> COMPILERS = List.of("gcc", "cc", "clang");

  /** There is no compiler, or it fails; the message says which. */
  static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    Unavailable(String message) {
      super(message);
    }
  }

  private final Process process;
  private final Writer commands;
  private final BufferedReader answers;

  private NativeProgram(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Compiles {@code name.c} into a folder and starts it.
   *
   * @throws Unavailable without a compiler that can
   */
  static NativeProgram start(String name, Path folder) throws IOException, Unavailable {
    Path program = compile(name, folder);
    return new NativeProgram(
        new ProcessBuilder(program.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  private static Path compile(String name, Path folder) throws IOException, Unavailable {
    Path source = resource(name + ".c", folder);
    resource(HEADER, folder);
    Path program = folder.resolve(name);
    Path log = folder.resolve(name + "-compiler.log");
    for (String compiler : compilers()) {
      List<String> command =
          List.of(
              compiler, "-O3", "-march=native", "-o", program.toString(), source.toString(), "-lm");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() == 0) {
          return program;
        }
      } catch (IOException e) {
        // Not installed.
        continue;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while compiling " + name, e);
      }
      throw new Unavailable("the C compiler " + compiler + " failed; see " + log);
    }
    throw new Unavailable("no C compiler found: set CC, or install gcc or clang");
  }

  private static List<String> compilers() {
    List<String> compilers = new ArrayList<>();
    String chosen = System.getenv("CC");
    if (chosen != null && !chosen.isBlank()) {
      compilers.add(chosen);
    }
    compilers.addAll(COMPILERS);
    return compilers;
  }

  private static Path resource(String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = NativeProgram.class.getResourceAsStream(name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  /**
   * Gives a command and waits for its answer, both one line.
   *
   * @throws IOException if the program has ended instead
   */
  String ask(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the C program ended at the command: " + command);
    }
    return answer.strip();
  }

  /** A command whose last word is the number of repetitions, and whose answer is nanoseconds. */
  Paired.Work work(String command) {
    return repetitions -> Long.parseLong(ask(command + " " + repetitions));
  }

  /** Ends the program. */
  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
