package io.flinkssm.jobs.sql;

import java.util.List;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;

/** Statements of SQL in the tests' JVM. */
final class SqlTesting {
  /** What bounds a table of a topic to what is in it. */
  static final String BOUNDED = " /*+ OPTIONS('scan.bounded.mode' = 'latest-offset') */ ";

  private SqlTesting() {}

  /** An environment that runs one task at a time, its times in UTC. */
  static TableEnvironment environment() {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    tables.getConfig().set("parallelism.default", "1");
    tables.getConfig().set("table.local-time-zone", "UTC");
    return tables;
  }

  /** All rows of a query that ends. */
  static List<Row> rows(TableEnvironment tables, String query) {
    return CollectionUtil.iteratorToList(tables.executeSql(query).collect());
  }
}
