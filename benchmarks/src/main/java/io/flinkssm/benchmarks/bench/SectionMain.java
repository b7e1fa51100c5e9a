package io.flinkssm.benchmarks.bench;

import io.flinkssm.simd.Kernels;
import java.io.PrintStream;

/** Runs one section; the main class of its JVM. Standard output carries {@link Message}s only. */
final class SectionMain {

  private SectionMain() {}

  /** Arguments: class of the section, then those of {@link Settings}. */
  public static void main(String[] args) {
    PrintStream messages = System.out;
    System.setOut(System.err);
    Bench bench = new Bench(Settings.parse(args, 1), messages);
    int code = 0;
    try {
      bench.send(Message.kernels(Kernels.float32().name()));
      section(args[0]).run(bench);
    } catch (Throwable failure) {
      // Whatever it is, the other sections still run.
      failure.printStackTrace();
      bench.send(Message.failure(failure.toString()));
      code = 1;
    }
    // Flink and Kafka may leave threads that are not daemons: end in any case.
    System.exit(code);
  }

  private static Section section(String className) throws ReflectiveOperationException {
    return Class.forName(className)
        .asSubclass(Section.class)
        .getDeclaredConstructor()
        .newInstance();
  }
}
