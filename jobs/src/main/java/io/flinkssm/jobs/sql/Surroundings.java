package io.flinkssm.jobs.sql;

import io.flinkssm.jobs.kafka.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a session finds: a broker, if it is ours, and the tables and models over its topics. */
public final class Surroundings implements AutoCloseable {
  private final List<String> statements;
  private final String welcome;
  private final List<Runnable> stops;

  private Surroundings(List<String> ddl, String welcome, List<Runnable> stops) {
    this.statements = new ArrayList<>(List.of("LOAD MODULE ssm"));
    this.statements.addAll(ddl);
    this.welcome = welcome;
    this.stops = stops;
  }

  /** The functions, and no tables. */
  public static Surroundings bare() {
    return new Surroundings(List.of(), Examples.welcome(Map.of(), List.of()), List.of());
  }

  /** The topics of the jobs on a broker of the user's. */
  public static Surroundings of(String bootstrapServers) {
    return new Surroundings(
        TopicTable.all().stream().map(table -> table.ddl(bootstrapServers)).toList(),
        Examples.welcome(Examples.topics(), List.of()),
        List.of());
  }

  /**
   * Starts a broker and fills the tables of the demo.
   *
   * @param home the folder with {@code models} and {@code samples}
   * @param step told what begins
   */
  public static Surroundings demo(Path home, Consumer<String> step) throws IOException {
    step.accept("starting a Kafka broker in this process");
    EmbeddedKafka kafka = EmbeddedKafka.start();
    DemoTables tables = null;
    try {
      step.accept("filling the tables of the demo");
      tables = DemoTables.open(kafka.bootstrapServers(), home);
      tables.fill();
      return new Surroundings(
          tables.ddl(),
          Examples.welcome(DemoTables.descriptions(), Examples.demo(home)),
          List.of(tables::close, kafka::close));
    } catch (IOException | RuntimeException e) {
      if (tables != null) {
        tables.close();
      }
      kafka.close();
      throw e;
    }
  }

  /** Statements that prepare a session, without semicolons. */
  public List<String> statements() {
    return statements;
  }

  /** What there is, and what to try. */
  public String welcome() {
    return welcome;
  }

  /** Stops what was started. */
  @Override
  public void close() {
    stops.forEach(Runnable::run);
  }
}
