package io.flinkssm.benchmarks.bench;

import java.util.List;

/**
 * Some rows that are measured together, in a JVM of their own. Implementations have a constructor
 * without parameters and are listed in {@link Sections}.
 */
public interface Section {

  /** One lower-case word, for {@code --only}. */
  String name();

  /** A line that says what is measured. */
  String title();

  /**
   * Options of the JVM besides those of every section ({@link SectionProcess}); a later {@code
   * -Xmx} wins.
   */
  default List<String> jvmOptions() {
    return List.of();
  }

  /** Measures, and hands over rows and series as soon as they are known. */
  void run(Bench bench) throws Exception;
}
