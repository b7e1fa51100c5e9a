package io.flinkssm.jobs.cli;

import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong, in words first. */
final class Failures {

  private Failures() {}

  /** A failure whose message is all there is to say. */
  static final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailed(String message) {
      super(message);
    }

    CommandFailed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Prints the message of the exception, and of its last causes if they say more; exit code. */
  static int report(Exception exception, CommandLine commandLine, boolean verbose) {
    PrintWriter err = commandLine.getErr();
    Throwable origin = origin(exception);
    err.println();
    err.println(commandLine.getCommandSpec().qualifiedName() + ": " + message(origin));
    causes(origin).forEach(cause -> err.println("  because: " + cause));
    if (verbose) {
      exception.printStackTrace(err);
    }
    Path log = Logging.file();
    if (log != null && Files.exists(log)) {
      err.println("  log: " + log);
    }
    return ExitCode.SOFTWARE;
  }

  /** What follows the last of Flink's own exceptions: they only say that a job has failed. */
  private static Throwable origin(Throwable exception) {
    Throwable origin = exception;
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      boolean flink = cause.getClass().getName().startsWith("org.apache.flink.runtime.");
      if (flink && cause.getCause() != null) {
        origin = cause.getCause();
      }
    }
    return origin;
  }

  /** The last two messages of the chain that repeat nothing. */
  private static List<String> causes(Throwable origin) {
    List<String> causes = new ArrayList<>();
    if (origin instanceof CommandFailed) {
      return causes;
    }
    String said = message(origin);
    for (Throwable cause = origin.getCause(); cause != null; cause = cause.getCause()) {
      String line = message(cause).lines().findFirst().orElse("");
      if (!said.contains(line) && !(cause instanceof NumberFormatException)) {
        causes.add(line);
        said += '\n' + line;
      }
    }
    return causes.subList(Math.max(0, causes.size() - 2), causes.size());
  }

  /** Prints what is wrong with the arguments and where help is; the exit code. */
  static int usage(ParameterException exception) {
    CommandLine commandLine = exception.getCommandLine();
    PrintWriter err = commandLine.getErr();
    String name = commandLine.getCommandSpec().qualifiedName();
    List<String> unknown = commandLine.getUnmatchedArguments();
    boolean alsoMissing = exception instanceof MissingParameterException && !unknown.isEmpty();
    err.println(
        name
            + ": "
            + (alsoMissing ? "Unknown: " + String.join(", ", unknown) + ". " : "")
            + exception.getMessage());
    UnmatchedArgumentException.printSuggestions(exception, err);
    err.println("Try `" + name + " --help`.");
    return ExitCode.USAGE;
  }

  private static String message(Throwable throwable) {
    if (throwable instanceof AccessDeniedException denied) {
      return "no permission: " + denied.getFile();
    }
    if (throwable instanceof NoSuchFileException missing) {
      return "no such file: " + missing.getFile();
    }
    String message = throwable.getMessage();
    if (message == null || message.isBlank()) {
      return throwable.getClass().getName();
    }
    // An exception made from another one alone repeats that one's class.
    return message.replaceFirst("^(?:[a-z]+\\.)+[A-Za-z]+(?:Exception|Error): ", "");
  }
}
