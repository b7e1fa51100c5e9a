package io.flinkssm.benchmarks.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One section in a JVM of its own, on this JVM's class path. */
final class SectionProcess {
  private static final String VECTOR_API = "jdk.incubator.vector";

  private SectionProcess() {}

  /**
   * Runs a section to its end. What it prints goes to {@code NAME.log} in the work folder.
   *
   * @param receiver is given every message as it arrives, a failure as the last one
   */
  static void run(Section section, Settings settings, Consumer<Message> receiver)
      throws IOException, InterruptedException {
    Path workFolder = settings.workFolder();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options(section, workFolder));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SectionMain.class.getName());
    command.add(section.getClass().getName());
    command.addAll(List.of(settings.arguments()));
    Path log = workFolder.resolve(section.name() + ".log");
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    Thread stop = new Thread(process::destroyForcibly, "stop " + section.name());
    Runtime.getRuntime().addShutdownHook(stop);
    boolean failed = false;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Message message = parse(line);
        failed |= message.failure() != null;
        receiver.accept(message);
      }
      int code = process.waitFor();
      if (code != 0 && !failed) {
        receiver.accept(Message.failure("its JVM ended with code " + code + "; see " + log));
      }
    } finally {
      process.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(stop);
    }
  }

  /** Options of a section's JVM. */
  static List<String> options(Section section, Path workFolder) {
    List<String> options = new ArrayList<>();
    options.addAll(List.of("-Xmx2g", "-XX:+UseG1GC", "-XX:-UsePerfData"));
    options.add("-Dfile.encoding=UTF-8");
    options.add("-Dstdout.encoding=UTF-8");
    options.add("--add-opens=java.base/java.util=ALL-UNNAMED");
    options.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    if (ModuleFinder.ofSystem().find(VECTOR_API).isPresent()) {
      options.add("--add-modules=" + VECTOR_API);
    }
    options.add("-Dlog4j2.configurationFile=classpath:ssm-log4j2.xml");
    options.add("-Dssm.log.file=" + workFolder.resolve(section.name() + "-details.log"));
    options.add("-Dssm.home=" + System.getProperty("ssm.home", ""));
    options.addAll(section.jvmOptions());
    return options;
  }

  /** Lines that are not messages, such as a warning of the JVM, count as progress. */
  private static Message parse(String line) {
    try {
      return Message.JSON.readValue(line, Message.class);
    } catch (JsonProcessingException e) {
      return Message.progress(line);
    }
  }
}
