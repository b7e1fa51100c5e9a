package io.flinkssm.jobs.sql;

import java.util.List;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;

/** Statements of SQL in the tests' JVM. */
final class SqlTesting {
  /** What bounds a table of a topic to what is in it. */
  static final String BOUNDED = " /*+ OPTIONS('scan.bounded.mode' = 'latest-offset') */ ";

  private SqlTesting() {}

  /** A cluster for all queries of a class: a new one for each would take longer than the query. */
  static MiniClusterExtension cluster() {
    return new MiniClusterExtension(
        new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(1)
            .build());
  }

  /** An environment for streams that runs one task at a time, its times in UTC. */
  static TableEnvironment environment() {
    return environment(EnvironmentSettings.inStreamingMode());
  }

  /** An environment that runs one task at a time, its times in UTC. */
  static TableEnvironment environment(EnvironmentSettings mode) {
    TableEnvironment tables = TableEnvironment.create(mode);
    tables.getConfig().set("parallelism.default", "1");
    tables.getConfig().set("table.local-time-zone", "UTC");
    return tables;
  }

  /** All rows of a query that ends. */
  static List<Row> rows(TableEnvironment tables, String query) {
    return CollectionUtil.iteratorToList(tables.executeSql(query).collect());
  }
}
