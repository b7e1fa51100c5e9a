package io.flinkssm.sqlclient;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the scripts of a Flink distribution start, without the scripts: a job manager, a task
 * manager and an SQL gateway, each a process of its own on Flink's own jars; and the SQL client.
 */
final class StandaloneFlink implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);

  private static final String TASK_MANAGER = "runtime.taskexecutor.TaskManagerRunner";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Process, Path> running = new LinkedHashMap<>();
  private final Path directory;
  private final String classPath;
  private final List<String> javaOptions;
  private final int gatewayPort = freePort();

  /**
   * Starts the processes and waits until they answer.
   *
   * @param directory empty folder for configuration, logs and scripts
   * @param lib jars beside Flink's own, in all processes
   * @param javaOptions of all processes
   */
  StandaloneFlink(Path directory, List<Path> lib, String... javaOptions) throws Exception {
    this.directory = directory;
    this.javaOptions = List.of(javaOptions);
    StringBuilder entries = new StringBuilder(Distribution.classPath());
    lib.forEach(jar -> entries.append(File.pathSeparator).append(jar));
    this.classPath = entries.toString();
    int restPort = freePort();
    Files.writeString(directory.resolve("config.yaml"), config(restPort));
    try {
      String conf = directory.toString();
      start("runtime.entrypoint.StandaloneSessionClusterEntrypoint", "-c", conf);
      start(TASK_MANAGER, "-c", conf);
      start("table.gateway.SqlGateway");
      await("http://localhost:" + restPort + "/v1/overview", "\"slots-total\":2");
      await("http://localhost:" + gatewayPort + "/v1/info", "Apache Flink");
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  /** Runs a script by the SQL client; what it prints, without colours. */
  String run(String script) throws IOException, InterruptedException {
    Path file = Files.writeString(directory.resolve("script.sql"), script);
    Process client =
        start(
            "table.client.SqlClient",
            "gateway",
            "-e",
            "http://localhost:" + gatewayPort,
            "-f",
            file.toString(),
            "-hist",
            directory.resolve("history").toString());
    client.waitFor();
    String printed = Files.readString(running.remove(client));
    return printed.replaceAll("\u001b\\[[0-9;]*m", "");
  }

  /** What the task manager has logged so far. */
  String taskManagerLog() throws IOException {
    return Files.readString(log(TASK_MANAGER));
  }

  /** The end of what the processes have logged, for messages of failed assertions. */
  String logs() {
    return String.join("\n\n", running.values().stream().map(StandaloneFlink::tail).toList());
  }

  @Override
  public void close() {
    running.keySet().forEach(Process::destroyForcibly);
    running.keySet().forEach(process -> process.onExit().join());
  }

  private String config(int restPort) {
    return """
        jobmanager.rpc.address: localhost
        jobmanager.rpc.port: %d
        rest.port: %d
        rest.address: localhost
        io.tmp.dirs: %s
        jobmanager.memory.process.size: 768m
        taskmanager.host: localhost
        taskmanager.numberOfTaskSlots: 2
        taskmanager.cpu.cores: 2
        taskmanager.memory.task.heap.size: 192m
        taskmanager.memory.task.off-heap.size: 0m
        taskmanager.memory.framework.heap.size: 128m
        taskmanager.memory.framework.off-heap.size: 64m
        taskmanager.memory.managed.size: 64m
        taskmanager.memory.network.min: 32m
        taskmanager.memory.network.max: 32m
        taskmanager.memory.jvm-metaspace.size: 192m
        taskmanager.memory.jvm-overhead.min: 64m
        taskmanager.memory.jvm-overhead.max: 64m
        parallelism.default: 2
        restart-strategy.type: none
        sql-gateway.endpoint.rest.address: localhost
        sql-gateway.endpoint.rest.port: %d
        sql-client.execution.result-mode: TABLEAU
        table.local-time-zone: UTC
        """
        .formatted(freePort(), restPort, directory, gatewayPort);
  }

  private Process start(String main, String... arguments) throws IOException {
    Path log = log(main);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Dorg.apache.logging.log4j.level=INFO",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx512m"));
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", classPath, "org.apache.flink." + main));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("FLINK_CONF_DIR", directory.toString());
    Process process = builder.start();
    running.put(process, log);
    return process;
  }

  private Path log(String main) {
    return directory.resolve(main + ".log");
  }

  private void await(String url, String part) throws Exception {
    long start = System.nanoTime();
    while (!get(url).contains(part)) {
      if (running.keySet().stream().anyMatch(process -> !process.isAlive())) {
        throw new AssertionError("a process ended:\n" + logs());
      }
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new AssertionError("no " + part + " at " + url + ":\n" + logs());
      }
      Thread.sleep(50);
    }
  }

  private String get(String url) throws InterruptedException {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    }
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return log.getFileName()
          + ":\n"
          + String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
