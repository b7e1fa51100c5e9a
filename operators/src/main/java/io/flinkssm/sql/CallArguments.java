package io.flinkssm.sql;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.table.functions.TableSemantics;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.StaticArgument;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.ColumnList;

/** The arguments of one call of a function, by name. */
final class CallArguments {
  private final List<StaticArgument> declared;
  private final CallContext call;

  /**
   * @param declared what the function takes, in order
   */
  CallArguments(List<StaticArgument> declared, CallContext call) {
    this.declared = declared;
    this.call = call;
  }

  private int position(String name) {
    for (int i = 0; i < declared.size(); i++) {
      if (declared.get(i).getName().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no argument " + name);
  }

  private boolean isGiven(int position) {
    return position < call.getArgumentDataTypes().size() && !call.isArgumentNull(position);
  }

  TableSemantics table(String name) {
    return call.getTableSemantics(position(name))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name
                        + " is no table; for example "
                        + name
                        + " => TABLE readings PARTITION BY device"));
  }

  RowType rowType(String table) {
    return (RowType) table(table).dataType().getLogicalType();
  }

  /** A text, or empty if it is not given. */
  Optional<String> text(String name, String example) {
    return literal(name, String.class, "a text", example);
  }

  /** Whether an argument is given. */
  boolean has(String name) {
    return isGiven(position(name));
  }

  /** Columns, none if they are not given. */
  List<String> columns(String name, String example) {
    return literal(name, ColumnList.class, "DESCRIPTOR of columns", example)
        .map(ColumnList::getNames)
        .orElse(List.of());
  }

  /** One column, or empty if it is not given. */
  Optional<String> column(String name, String example) {
    List<String> columns = columns(name, example);
    if (columns.size() > 1) {
      throw new IllegalArgumentException(
          name
              + " has the columns "
              + String.join(", ", columns)
              + ", one is needed; for example "
              + example);
    }
    return columns.stream().findFirst();
  }

  /** Texts by text, none if they are not given. */
  @SuppressWarnings("unchecked") // The argument is declared as MAP<STRING, STRING>.
  Map<String, String> map(String name, String example) {
    return (Map<String, String>)
        literal(name, Map.class, "a MAP of texts", example).orElse(Map.of());
  }

  private <T> Optional<T> literal(String name, Class<T> type, String needed, String example) {
    int position = position(name);
    if (!isGiven(position)) {
      return Optional.empty();
    }
    Optional<T> value = call.getArgumentValue(position, type);
    if (value.isEmpty()) {
      throw notLiteral(name, needed, example);
    }
    return value;
  }

  private static IllegalArgumentException notLiteral(String name, String needed, String example) {
    return new IllegalArgumentException(
        name + " must be " + needed + " that stands in the query, as in " + example);
  }
}
