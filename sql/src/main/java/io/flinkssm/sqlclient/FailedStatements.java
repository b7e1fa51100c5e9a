package io.flinkssm.sqlclient;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.table.client.cli.CliClient;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/**
 * Whether Flink's SQL client could not execute a statement. It tells its caller nothing; but it
 * logs every exception of a statement as a warning, in one place.
 */
final class FailedStatements extends AbstractAppender {
  private final AtomicReference<Throwable> first = new AtomicReference<>();

  private FailedStatements() {
    super("failed statements", null, null, true, Property.EMPTY_ARRAY);
  }

  /** Watches the client from now on. */
  static FailedStatements watch() {
    FailedStatements failed = new FailedStatements();
    failed.start();
    ((Logger) LogManager.getLogger(CliClient.class)).addAppender(failed);
    return failed;
  }

  /** The first failure, if any. */
  Optional<Throwable> first() {
    return Optional.ofNullable(first.get());
  }

  @Override
  public void append(LogEvent event) {
    if (event.getLevel().isMoreSpecificThan(Level.WARN) && event.getThrown() != null) {
      first.compareAndSet(null, event.getThrown());
    }
  }
}
