package io.flinkssm.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Flink session cluster of processes of its own, out of the jars of this module: what a
 * distribution's scripts start, without the distribution. A task manager can be killed.
 */
final class FlinkProcesses implements AutoCloseable {
  /** What comes from the job jar and not from Flink, by the names of files and folders. */
  private static final String IN_JOB_JAR =
      ".*(/classes|/flink-ssm-[a-z]+-[0-9][^/]*\\.jar|/test-classes"
          + "|/(flink-avro|flink-connector-(base|kafka)|avro|kafka|jackson|JTransforms|JLargeArrays"
          + "|ejml|commons-numbers|HdrHistogram|zstd|lz4|snappy|scala|picocli|xchart)[^/]*\\.jar)";

  private static final String MAIN = "org.apache.flink.";
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Map<Process, Path> running = new LinkedHashMap<>();
  private final Path directory;
  private final int restPort;

  /** Starts a job manager and waits until it answers. */
  FlinkProcesses(Path directory) throws Exception {
    this.directory = directory;
    restPort = freePort();
    Files.writeString(
        directory.resolve("config.yaml"),
        """
        jobmanager.rpc.address: localhost
        jobmanager.rpc.port: %d
        rest.port: %d
        rest.address: localhost
        heartbeat.interval: 500 ms
        heartbeat.timeout: 5 s
        io.tmp.dirs: %s
        taskmanager.host: localhost
        taskmanager.numberOfTaskSlots: 2
        taskmanager.cpu.cores: 2
        taskmanager.memory.task.heap.size: 128m
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
        execution.checkpointing.dir: %s
        """
            .formatted(freePort(), restPort, directory, directory.resolve("checkpoints").toUri()));
    start("runtime.entrypoint.StandaloneSessionClusterEntrypoint");
    await("a job manager", () -> get("/overview") != null);
  }

  /** Starts a task manager; it registers by itself. */
  Process startTaskManager() throws IOException {
    return start("runtime.taskexecutor.TaskManagerRunner");
  }

  /** Ends a process as {@code kill -9} does: it gets no chance to clean up. */
  void kill(Process process) throws InterruptedException {
    running.remove(process);
    process.destroyForcibly().waitFor();
  }

  /**
   * {@code flink run} of a jar, detached.
   *
   * @param options of Flink, given as {@code -Dkey=value} before the jar
   * @param arguments of the jar's main method
   * @return the job's id
   */
  String run(Path jar, Map<String, String> options, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("run", "-d", "-m", "localhost:" + restPort));
    options.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add(jar.toString());
    command.addAll(arguments);
    Process client = start("client.cli.CliFrontend", command.toArray(String[]::new));
    if (client.waitFor() != 0) {
      throw new AssertionError("flink run failed:\n" + tail(running.get(client)));
    }
    running.remove(client);
    return get("/jobs").path("jobs").path(0).path("id").textValue();
  }

  /** The state of a job, such as {@code RUNNING}; null if the job manager does not answer. */
  String state(String job) throws Exception {
    JsonNode answer = get("/jobs/" + job);
    return answer == null ? null : answer.path("state").textValue();
  }

  /** Asks for a checkpoint; refused while a job restarts. */
  void checkpoint(String job) throws Exception {
    post("/jobs/" + job + "/checkpoints", "{\"checkpointType\": \"FULL\"}");
  }

  /** Asks a job to stop with a savepoint, and sources to emit their last watermark. */
  void drain(String job) throws Exception {
    post(
        "/jobs/" + job + "/stop",
        "{\"drain\": true, \"targetDirectory\": \"%s\"}".formatted(directory.toUri()));
  }

  /** Waits for a condition; fails if a process ends before, or after long patience. */
  void await(String what, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      for (Map.Entry<Process, Path> process : running.entrySet()) {
        if (!process.getKey().isAlive()) {
          throw new AssertionError("a process ended:\n" + tail(process.getValue()));
        }
      }
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new AssertionError(
            "no " + what + ":\n" + running.values().stream().map(FlinkProcesses::tail).toList());
      }
      Thread.sleep(50);
    }
  }

  @Override
  public void close() {
    running.keySet().forEach(Process::destroyForcibly);
    running.keySet().forEach(process -> process.onExit().join());
  }

  private Process start(String main, String... arguments) throws IOException {
    Path log = directory.resolve(main + "-" + running.size() + ".log");
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("-cp", flinkClassPath(), MAIN + main));
    if (arguments.length == 0) {
      command.addAll(List.of("-c", directory.toString()));
    }
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("FLINK_CONF_DIR", directory.toString());
    Process process = builder.start();
    running.put(process, log);
    return process;
  }

  /** A small JVM as Flink's scripts would start it. */
  static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-opens=java.base/java.util=ALL-UNNAMED",
        "-Dorg.apache.logging.log4j.level=INFO",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx384m");
  }

  /** This JVM's class path without what the job jar brings. */
  static String flinkClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.replace('\\', '/').matches(IN_JOB_JAR))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The jar that {@code flink run} takes. */
  static Path jobJar() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("flink-ssm-jobs-.*-job\\.jar"))
          .findFirst()
          .orElseThrow(
              () -> new AssertionError("no job jar in target: run mvn verify, not single phases"));
    }
  }

  private JsonNode get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  private void post(String path, String body) throws Exception {
    send(HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + restPort + "/v1" + path);
  }

  private JsonNode send(HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() / 100 == 2 ? json.readTree(answer.body()) : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
