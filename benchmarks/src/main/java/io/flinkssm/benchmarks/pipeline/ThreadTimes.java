package io.flinkssm.benchmarks.pipeline;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * CPU time of this process by kind of thread, native threads of the JVM and of RocksDB included.
 * Read from Linux's {@code /proc}; empty elsewhere.
 *
 * @param seconds by the thread's name without its numbers
 */
public record ThreadTimes(Map<String, Double> seconds) {
  private static final Path TASKS = Path.of("/proc/self/task");

  /** Linux's USER_HZ, the unit of /proc, on every platform that Java 17 runs on. */
  private static final double TICKS_PER_SECOND = 100;

  /** The kind of the threads that compile. */
  static final String COMPILER = "compiler";

  /** The kind of the embedded broker's threads. */
  static final String BROKER = "broker";

  private static final String BROKER_THREADS =
      "(data-plane-kafk|quorum|ExpirationReape|group-coordinat|executor-Fetch|broker|kafka-log|"
          + "transaction|share-coord|raft-).*";

  static ThreadTimes now() {
    Map<String, Double> seconds = new TreeMap<>();
    if (Files.isDirectory(TASKS)) {
      try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
        for (Path task : tasks) {
          add(task, seconds);
        }
      } catch (IOException e) {
        return new ThreadTimes(Map.of());
      }
    }
    return new ThreadTimes(seconds);
  }

  private static void add(Path task, Map<String, Double> seconds) {
    String stat;
    try {
      stat = Files.readString(task.resolve("stat"));
    } catch (IOException e) {
      return; // The thread has ended.
    }
    // "id (name) state …": the name may hold blanks; user and system ticks are fields 14 and 15.
    String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    double ticks = Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
    seconds.merge(kind(name), ticks / TICKS_PER_SECOND, Double::sum);
  }

  /** What threads do, by their names, of which Linux keeps 15 characters. */
  static String kind(String name) {
    if (name.matches("C[12] Compiler.*")) {
      return COMPILER;
    }
    if (name.matches(BROKER_THREADS)) {
      return BROKER;
    }
    return name.replaceFirst("[-#:(]*[0-9(].*$", "").strip();
  }

  /** The time since an earlier reading, most first. */
  ThreadTimes minus(ThreadTimes earlier) {
    Map<String, Double> left = new LinkedHashMap<>();
    seconds.entrySet().stream()
        .map(
            e -> Map.entry(e.getKey(), e.getValue() - earlier.seconds.getOrDefault(e.getKey(), 0.)))
        .filter(e -> e.getValue() > 0.005)
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(e -> left.put(e.getKey(), e.getValue()));
    return new ThreadTimes(left);
  }
}
