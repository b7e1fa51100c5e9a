package io.flinkssm.jobs.cli;

import java.io.PrintWriter;

/**
 * One line that says how far long work is. On a terminal the line is rewritten in place; elsewhere
 * a new line appears at most every ten seconds, so that logs stay short.
 */
public final class Progress {

  private static final long TERMINAL_NANOS = 200_000_000L;
  private static final long LOG_NANOS = 10_000_000_000L;

  private final PrintWriter out;
  private final boolean terminal;
  private long lastNanos;
  private int lastLength;

  /** Progress on a stream; rewritten in place if {@code terminal}. */
  public Progress(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    this.lastNanos = System.nanoTime();
  }

  /** Progress on standard error of a command; the launcher knows whether that is a terminal. */
  static Progress on(PrintWriter err) {
    return new Progress(err, Boolean.getBoolean("ssm.terminal"));
  }

  /** Shows the line, unless one was shown a moment ago. Safe to call from several threads. */
  public synchronized void update(String line) {
    long now = System.nanoTime();
    if (now - lastNanos < (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
      return;
    }
    lastNanos = now;
    show(line);
    if (!terminal) {
      out.println();
    }
    out.flush();
  }

  /** Shows the line and keeps it. */
  public synchronized void done(String line) {
    show(line);
    out.println();
    out.flush();
    lastLength = 0;
  }

  private void show(String line) {
    if (terminal) {
      out.print('\r' + line + " ".repeat(Math.max(0, lastLength - line.length())));
      lastLength = line.length();
    } else {
      out.print(line);
    }
  }
}
