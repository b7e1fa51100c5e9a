package io.flinkssm.jobs.cli;

import io.flinkssm.jobs.sql.ClientFiles;
import io.flinkssm.jobs.sql.SqlSession;
import io.flinkssm.jobs.sql.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Flink's SQL client with everything loaded. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Score with SQL: Flink's SQL client with a cluster, tables and models in place.",
      "",
      "Starts a Kafka broker in this process, fills topics with the recordings of the demo, and"
          + " opens Flink's own SQL client, in a second process with a Flink cluster. The functions"
          + " of flink-ssm are loaded (SHOW FUNCTIONS), and tables and models are in place"
          + " (SHOW TABLES, SHOW MODELS).",
      "",
      "Type statements at the prompt, HELP; for commands, QUIT; to leave. Ctrl-C stops a query."
          + " Nothing is left running, and what topics hold is gone with the session."
    },
    footer = {
      "",
      "Examples:",
      "  ssm sql",
      "  ssm sql -f samples/sql/01-classify-clips.sql",
      "  ssm sql -e \"SHOW FUNCTIONS\"",
      "  ssm sql -D execution.runtime-mode=batch -D parallelism.default=4",
      "",
      "docs/sql-setup.md says how to load the functions into a cluster of your own.",
    })
final class SqlCommand implements Callable<Integer> {

  @ArgGroup private Statements statements;

  /** Where statements come from, if not from the terminal. */
  static final class Statements {
    @Option(
        names = {"-f", "--file"},
        paramLabel = "FILE",
        description =
            "Run the statements of a file and leave; each ends with a semicolon at the end of a"
                + " line, and with its last row before the next one starts. Exit code 1 if one"
                + " fails.")
    private Path file;

    @Option(
        names = {"-e", "--execute"},
        paramLabel = "SQL",
        description = "Run this statement and leave. May be given several times.")
    private List<String> texts;
  }

  @ArgGroup private Source source;

  /** Where topics are, if not in a broker of the demo. */
  static final class Source {
    @Option(
        names = "--kafka.bootstrap-servers",
        paramLabel = "HOSTS",
        description =
            "Brokers of your own, in place of the demo: the tables are those of the jobs' topics"
                + " (docs/sql-tables.md).")
    private String bootstrapServers;

    @Option(names = "--no-demo", description = "No broker and no tables, only the functions.")
    private boolean bare;
  }

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description =
          "Set an option of Flink, of its tables or of its client, such as"
              + " -D sql-client.execution.result-mode=TABLE.")
  private Map<String, String> options = new LinkedHashMap<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (statements != null && statements.file != null && !Files.isRegularFile(statements.file)) {
      throw new ParameterException(
          spec.commandLine(), "-f " + statements.file + ": no such file of statements");
    }
    Path home = Path.of(System.getProperty("ssm.home", ""));
    ClientFiles files = ClientFiles.in(home);
    Progress progress = Progress.on(spec.commandLine().getErr());
    Path log = Logging.file().resolveSibling(Logging.file().getFileName() + ".sql");
    boolean ok;
    try (Surroundings surroundings = surroundings(home, progress)) {
      progress.done("starting a Flink cluster and its SQL client …");
      SqlSession session = new SqlSession(files, surroundings.statements(), options, log);
      ok = run(session, surroundings.welcome());
    }
    if (ok) {
      Files.deleteIfExists(log);
    } else {
      spec.commandLine().getErr().println("  log: " + log);
    }
    return ok ? 0 : 1;
  }

  private Surroundings surroundings(Path home, Progress progress) throws IOException {
    if (source == null) {
      return Surroundings.demo(home, step -> progress.done(step + " …"));
    }
    return source.bare ? Surroundings.bare() : Surroundings.of(source.bootstrapServers);
  }

  private boolean run(SqlSession session, String welcome) throws IOException, InterruptedException {
    if (statements == null) {
      return session.talk(welcome);
    }
    return statements.file == null ? session.run(statements.texts) : session.run(statements.file);
  }
}
