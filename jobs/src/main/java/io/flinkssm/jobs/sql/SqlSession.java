package io.flinkssm.jobs.sql;

import io.flinkssm.jobs.io.TemporaryFolder;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Flink's SQL client in a JVM of its own, on this process's terminal. */
public final class SqlSession {
  private static final String VECTORS = "jdk.incubator.vector";

  private final ClientFiles files;
  private final List<String> statements;
  private final Map<String, String> options;
  private final Path log;

  /**
   * A session.
   *
   * @param files what the client's JVM is made of
   * @param statements that prepare it: modules, tables and models, without semicolons
   * @param options of Flink and its client, as in {@code config.yaml}
   * @param log where the client's JVM logs
   */
  public SqlSession(
      ClientFiles files, List<String> statements, Map<String, String> options, Path log) {
    this.files = files;
    this.statements = statements;
    this.options = options;
    this.log = log;
  }

  /**
   * Reads statements from the terminal until the user quits.
   *
   * @param welcome shown before the prompt
   * @return whether the session could be prepared
   */
  public boolean talk(String welcome) throws IOException, InterruptedException {
    try (TemporaryFolder temporary = TemporaryFolder.create("flink-ssm-sql-client-")) {
      ClientFolder folder = new ClientFolder(temporary.path());
      folder.configure(false, options);
      Path text = folder.write("welcome.txt", welcome);
      // Where Flink's own script keeps it, so that users find theirs.
      Path history = Path.of(System.getProperty("user.home"), ".flink-sql-history");
      return run(folder, history, List.of("-Dssm.sql.welcome=" + text), List.of());
    }
  }

  /**
   * Runs statements one after the other, each to its end, up to the first that fails.
   *
   * @param script file of statements, each with a semicolon at the end of a line
   * @return whether all succeeded
   */
  public boolean run(Path script) throws IOException, InterruptedException {
    // Flink's client opens no path that has a space in it.
    String text = Files.readString(script);
    return run(folder -> folder.write("file.sql", text));
  }

  /**
   * Runs statements one after the other, each to its end, up to the first that fails.
   *
   * @return whether all succeeded
   */
  public boolean run(List<String> texts) throws IOException, InterruptedException {
    return run(folder -> folder.script("statements.sql", texts));
  }

  private boolean run(Function<ClientFolder, Path> script)
      throws IOException, InterruptedException {
    try (TemporaryFolder temporary = TemporaryFolder.create("flink-ssm-sql-client-")) {
      ClientFolder folder = new ClientFolder(temporary.path());
      folder.configure(true, options);
      Path history = temporary.path().resolve("history");
      return run(folder, history, List.of(), List.of("-f", script.apply(folder).toString()));
    }
  }

  private boolean run(
      ClientFolder folder, Path history, List<String> javaOptions, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx2g", "-XX:+UseG1GC", "-XX:-UsePerfData"));
    command.add("--add-opens=java.base/java.util=ALL-UNNAMED");
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    if (ModuleFinder.ofSystem().find(VECTORS).isPresent()) {
      command.add("--add-modules=" + VECTORS);
    }
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    // Libraries unpack themselves there, and some leave it so.
    command.add("-Djava.io.tmpdir=" + folder.temporary());
    command.add("-Dlog4j2.configurationFile=" + folder.logging());
    command.add("-Dssm.log.file=" + log);
    command.add("-Dssm.log.console=" + System.getProperty("ssm.log.console", "off"));
    command.addAll(javaOptions);
    // What the launcher gives to this JVM: the scoring is done in the other one.
    Stream.of(System.getenv().getOrDefault("SSM_JAVA_OPTS", "").split("\\s+"))
        .filter(option -> !option.isEmpty())
        .forEach(command::add);
    command.addAll(List.of("-cp", files.classPath(), files.mainClass()));
    command.addAll(List.of("-i", folder.script("init.sql", statements).toString()));
    command.addAll(List.of("-hist", history.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("FLINK_CONF_DIR", folder.path().toString());
    return await(builder.start()) == 0;
  }

  private static int await(Process client) throws InterruptedException {
    KeyboardInterrupt.ignore();
    Thread stop = new Thread(() -> stop(client), "stop SQL client");
    Runtime.getRuntime().addShutdownHook(stop);
    int code = client.waitFor();
    Runtime.getRuntime().removeShutdownHook(stop);
    return code;
  }

  private static void stop(Process client) {
    client.destroy();
    client.onExit().join();
  }
}
