package io.flinkssm.jobs.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code ssm} command line; each subcommand is a class of its own. */
@Command(
    name = "ssm",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "flink-ssm 0.1.0-SNAPSHOT",
    description = {
      "State space sequence models (S4 and its family) on Apache Flink.",
      "",
      "Start with `ssm demo`: it needs no arguments and no other service."
    },
    footer = {
      "",
      "`ssm bench` measures how fast all this is; it is a command of its own: `ssm bench --help`.",
      "`ssm COMMAND --help` explains a command, with examples.",
      "Exit codes: 0 success, 1 failed check or error, 2 wrong usage."
    },
    subcommands = {
      DemoCommand.class,
      InspectCommand.class,
      VerifyCommand.class,
      ScoreCommand.class,
      DetectCommand.class,
      KernelCommand.class,
      RatesCommand.class,
      CapacityCommand.class,
      CompareCommand.class,
      PublishModelCommand.class,
      ModelsCommand.class,
      WarmStartCommand.class,
      SqlCommand.class
    })
public final class Ssm implements Runnable {

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log what Flink and Kafka do, and show stack traces.")
  private boolean verbose;

  @Spec private CommandSpec spec;

  private boolean failed;

  private Ssm() {}

  /** Runs a command line and exits with its code. */
  public static void main(String[] args) {
    // Plots are drawn without a display.
    System.setProperty("java.awt.headless", "true");
    // After Ctrl-C nobody wants the log.
    Thread discard = new Thread(Logging::discard, "discard log");
    Runtime.getRuntime().addShutdownHook(discard);
    int code = run(commandLine(), args);
    Runtime.getRuntime().removeShutdownHook(discard);
    // Flink and Kafka may leave threads that are not daemons: end in any case.
    System.exit(code);
  }

  /** Without a command. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "expected a command, one of "
            + String.join(", ", spec.subcommands().keySet())
            + "; start with `ssm demo`");
  }

  /** Runs a command line; the exit code. The log is kept only after an error. */
  static int run(CommandLine commandLine, String... args) {
    int code = commandLine.execute(args);
    commandLine.getOut().flush();
    commandLine.getErr().flush();
    if (!commandLine.<Ssm>getCommand().failed) {
      Logging.discard();
    }
    return code;
  }

  /** The parser, for {@link #main} and for tests. */
  static CommandLine commandLine() {
    Ssm ssm = new Ssm();
    CommandLine commandLine = new CommandLine(ssm);
    commandLine.setUsageHelpWidth(100);
    commandLine.setUsageHelpLongOptionsMaxWidth(34);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionStrategy(
        parsed -> {
          Logging.configure(ssm.verbose);
          return new CommandLine.RunLast().execute(parsed);
        });
    commandLine.setParameterExceptionHandler((exception, args) -> Failures.usage(exception));
    commandLine.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          ssm.failed = true;
          return Failures.report(exception, command, ssm.verbose);
        });
    return commandLine;
  }
}
