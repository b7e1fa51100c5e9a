package io.flinkssm.sqlclient;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.table.client.SqlClient;
import org.apache.flink.table.client.cli.CliClient;
import org.apache.flink.table.client.cli.CliStrings;
import org.jline.terminal.Terminal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flink's SQL client, with a gateway and a cluster for its queries in the same JVM. Takes the
 * arguments of {@code sql-client.sh gateway}, without the address, and reads {@code config.yaml} in
 * {@code FLINK_CONF_DIR}. The system property {@value #WELCOME} may name a text to show in place of
 * the client's welcome.
 *
 * <p>Exit codes: 0 success, 1 if a statement of the file given by {@code -f} or {@code -i} failed.
 * Flink's client itself ends with 0 in either case.
 */
public final class EmbeddedSqlClient {
  /** System property: a file whose text is shown before the prompt. */
  public static final String WELCOME = "ssm.sql.welcome";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedSqlClient.class);

  // Held, as loggers without a holder forget their level. It warns of pipes and files as terminals.
  private static final java.util.logging.Logger TERMINAL_WARNINGS =
      java.util.logging.Logger.getLogger("org.jline");

  private EmbeddedSqlClient() {}

  /** Runs the cluster and the client, and ends the JVM. */
  public static void main(String[] args) throws Exception {
    // Whoever started this JVM holds the broker and the folder that it uses.
    ProcessHandle.current().parent().ifPresent(EmbeddedSqlClient::endWith);
    TERMINAL_WARNINGS.setLevel(Level.OFF);
    int code = 1;
    MiniCluster cluster = cluster(GlobalConfiguration.loadConfiguration());
    try {
      cluster.start();
      code = run(cluster.getRestAddress().get(), args);
    } catch (Exception | LinkageError e) {
      LOG.error("The SQL client has failed", e);
      System.err.println("The SQL client has failed: " + origin(e));
    }
    cluster.closeAsync().get();
    System.out.flush();
    System.err.flush();
    // The client's shutdown hook would close again, and say so, what is closed by now.
    Runtime.getRuntime().halt(code);
  }

  private static void endWith(ProcessHandle parent) {
    var unused = parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
  }

  private static Throwable origin(Throwable failure) {
    return failure.getCause() == null ? failure : origin(failure.getCause());
  }

  private static MiniCluster cluster(Configuration configuration) {
    configuration.set(RestOptions.BIND_PORT, "0");
    return new MiniCluster(
        new MiniClusterConfiguration.Builder()
            .setConfiguration(configuration)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(configuration.get(TaskManagerOptions.NUM_TASK_SLOTS))
            .build());
  }

  private static int run(URI cluster, String[] args) throws Exception {
    try (Gateway gateway = Gateway.start()) {
      List<String> all = new ArrayList<>(List.of(SqlClient.MODE_GATEWAY));
      all.addAll(Arrays.asList(args));
      all.addAll(List.of("-e", gateway.address()));
      all.add("-D" + RestOptions.ADDRESS.key() + "=" + cluster.getHost());
      all.add("-D" + RestOptions.PORT.key() + "=" + cluster.getPort());
      return Client.run(all);
    }
  }

  /** Reaches the entry of Flink's client that takes a terminal. */
  private static final class Client extends SqlClient {
    private Client() {
      super(true, null, null);
    }

    private static String reason(Throwable failure) {
      return CliStrings.messageError(CliStrings.MESSAGE_SQL_EXECUTION_ERROR, failure, false)
          .toAnsi();
    }

    /** Runs the client to its end; the exit code. */
    static int run(List<String> args) throws IOException {
      String file = System.getProperty(WELCOME);
      String welcome = file == null ? null : Files.readString(Path.of(file));
      FailedStatements failed = FailedStatements.watch();
      boolean[] initialised = {false};
      startClient(
          args.toArray(String[]::new),
          () -> {
            // Asked for when the file of -i has succeeded.
            initialised[0] = true;
            Terminal terminal = CliClient.DEFAULT_TERMINAL_FACTORY.get();
            return welcome == null ? terminal : Welcome.on(terminal, welcome);
          });
      if (!initialised[0]) {
        failed.first().ifPresent(e -> System.err.println(reason(e)));
        return 1;
      }
      return args.contains("-f") && failed.first().isPresent() ? 1 : 0;
    }
  }
}
