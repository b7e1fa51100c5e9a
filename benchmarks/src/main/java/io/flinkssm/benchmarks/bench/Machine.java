package io.flinkssm.benchmarks.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where and when figures were measured.
 *
 * @param commit of the working tree, with {@code +} if it had changes; empty if unknown
 * @param caches of one core and shared, such as {@code "L1d 48K, L2 2048K"}; empty if unknown
 * @param loadBefore load average of the last minute before the run, negative if unknown
 */
record Machine(
    String date,
    String commit,
    String jvm,
    String operatingSystem,
    String cpu,
    int processors,
    String simd,
    String caches,
    double loadBefore) {

  /** This machine, now. */
  static Machine here() {
    Map<String, String> cpu = cpuInfo();
    return new Machine(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        readCommit(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        cpu.getOrDefault("model name", "unknown")
            + (cpu.containsKey("model")
                ? " (family " + cpu.get("cpu family") + " model " + cpu.get("model") + ")"
                : ""),
        Runtime.getRuntime().availableProcessors(),
        simdOf(cpu.getOrDefault("flags", "")),
        readCaches(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static Map<String, String> cpuInfo() {
    Map<String, String> info = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        String[] parts = line.split("\\s*:\\s*", 2);
        if (parts.length == 2) {
          info.putIfAbsent(parts[0], parts[1]);
        }
      }
    } catch (IOException e) {
      // Not Linux: the table says "unknown".
      info.clear();
    }
    return info;
  }

  private static String simdOf(String flags) {
    return Stream.of("sse4_2", "avx", "avx2", "fma", "avx512f")
        .filter(List.of(flags.split(" "))::contains)
        .collect(Collectors.joining(" "));
  }

  private static String readCaches() {
    StringBuilder caches = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      Path folder = Path.of("/sys/devices/system/cpu/cpu0/cache/index" + i);
      try {
        String type = Files.readString(folder.resolve("type")).strip();
        if (!type.equals("Instruction")) {
          caches
              .append(caches.isEmpty() ? "L" : ", L")
              .append(Files.readString(folder.resolve("level")).strip())
              .append(type.equals("Data") ? "d " : " ")
              .append(Files.readString(folder.resolve("size")).strip());
        }
      } catch (IOException e) {
        // No such cache.
        break;
      }
    }
    return caches.toString();
  }

  private static String readCommit() {
    String head = git("rev-parse", "--short", "HEAD").strip();
    return head.isEmpty() || git("status", "--porcelain").isBlank() ? head : head + "+";
  }

  /** What git says about the project's folder; empty if there is no git, or no repository. */
  private static String git(String... arguments) {
    String[] command = Stream.concat(Stream.of("git"), Stream.of(arguments)).toArray(String[]::new);
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(Path.of(System.getProperty("ssm.home", ".")).toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? out : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
