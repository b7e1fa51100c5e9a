package io.flinkssm.jobs.sql;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ResultKind;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.util.CollectionUtil;

/** Runs scripts over the demo tables as {@code ssm sql -f} does, but in this JVM. */
final class ScriptRunner {
  private static final Pattern SET = Pattern.compile("SET '(.*)' = '(.*)'");

  private final DemoTables demo;
  private final Path home;
  private final Map<String, TableEnvironment> environments = new HashMap<>();

  /** A session over tables that are filled. */
  ScriptRunner(DemoTables demo, Path home) {
    this.demo = demo;
    this.home = home.toAbsolutePath().normalize();
  }

  /** The results of a script's queries, in order. */
  List<SqlResult> run(SqlScript script) throws Exception {
    TableEnvironment tables = environment("streaming");
    List<SqlResult> results = new ArrayList<>();
    for (String statement : script.statements()) {
      Matcher set = SET.matcher(statement);
      if (set.matches() && set.group(1).equals("execution.runtime-mode")) {
        tables = environment(set.group(2));
      } else if (set.matches()) {
        tables.getConfig().set(set.group(1), set.group(2));
      } else {
        // The client's working directory is the checkout.
        TableResult result =
            tables.executeSql(statement.replace("'models/", "'" + home + "/models/"));
        if (statement.startsWith("SELECT")) {
          results.add(
              new SqlResult(
                  result.getResolvedSchema().getColumnNames(),
                  CollectionUtil.iteratorToList(result.collect())));
        } else if (result.getResultKind() == ResultKind.SUCCESS_WITH_CONTENT) {
          result.await();
        }
      }
    }
    return results;
  }

  /** One of each mode; planning is slow the first time. */
  private TableEnvironment environment(String mode) {
    return environments.computeIfAbsent(
        mode,
        name -> {
          TableEnvironment tables =
              SqlTesting.environment(
                  name.equals("batch")
                      ? EnvironmentSettings.inBatchMode()
                      : EnvironmentSettings.inStreamingMode());
          tables.executeSql("LOAD MODULE ssm");
          demo.ddl().forEach(tables::executeSql);
          return tables;
        });
  }
}
