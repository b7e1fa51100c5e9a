package io.flinkssm.jobs.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
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

  /** Prints the messages of the exception and of its last causes; the exit code. */
  static int report(Exception exception, CommandLine commandLine, boolean verbose) {
    PrintWriter err = commandLine.getErr();
    err.println();
    err.println(commandLine.getCommandSpec().qualifiedName() + ": " + message(exception));
    if (!(exception instanceof CommandFailed)) {
      causes(exception).forEach(cause -> err.println("  because: " + cause));
    }
    if (verbose) {
      exception.printStackTrace(err);
    }
    Path log = Logging.file();
    if (log != null && Files.exists(log)) {
      err.println("  log: " + log);
    }
    return ExitCode.SOFTWARE;
  }

  /** The last two messages of the chain: in between, Flink only says that something failed. */
  private static List<String> causes(Exception exception) {
    List<String> causes = new ArrayList<>();
    for (Throwable cause = exception.getCause(); cause != null; cause = cause.getCause()) {
      if (!causes.contains(message(cause)) && !message(cause).equals(message(exception))) {
        causes.add(message(cause));
      }
    }
    return causes.subList(Math.max(0, causes.size() - 2), causes.size());
  }

  /** Prints what is wrong with the arguments and where help is; the exit code. */
  static int usage(ParameterException exception) {
    CommandLine commandLine = exception.getCommandLine();
    PrintWriter err = commandLine.getErr();
    String name = commandLine.getCommandSpec().qualifiedName();
    err.println(name + ": " + exception.getMessage());
    UnmatchedArgumentException.printSuggestions(exception, err);
    err.println("Try `" + name + " --help`.");
    return ExitCode.USAGE;
  }

  private static String message(Throwable throwable) {
    if (throwable instanceof NoSuchFileException missing) {
      return "no such file: " + missing.getFile();
    }
    String message = throwable.getMessage();
    return message == null || message.isBlank() ? throwable.getClass().getName() : message;
  }
}
