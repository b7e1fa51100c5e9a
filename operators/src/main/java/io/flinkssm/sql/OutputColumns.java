package io.flinkssm.sql;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.WindowScore;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.VarCharType;

/** The OUTPUT columns of a model, in any order and choice, known by their names. */
final class OutputColumns implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String SCORED = "SCORED";
  private static final String EXAMPLE =
      "for example OUTPUT (label STRING, probability DOUBLE) of a classifier, or"
          + " OUTPUT (outputs ARRAY<DOUBLE>) of any model";

  /** What a column can hold. */
  private enum Kind {
    STRING("STRING"),
    NUMBER("DOUBLE or FLOAT"),
    ARRAY("ARRAY<DOUBLE> or ARRAY<FLOAT>");

    final String types;

    Kind(String types) {
      this.types = types;
    }

    boolean takes(LogicalType type) {
      return switch (this) {
        case STRING ->
            type instanceof VarCharType text && text.getLength() == VarCharType.MAX_LENGTH;
        case NUMBER -> isFloating(type);
        case ARRAY -> type instanceof ArrayType array && isFloating(array.getElementType());
      };
    }

    private static boolean isFloating(LogicalType type) {
      return type.is(LogicalTypeRoot.DOUBLE) || type.is(LogicalTypeRoot.FLOAT);
    }
  }

  /** The columns there are. */
  private enum Column {
    LABEL(Kind.STRING),
    PROBABILITY(Kind.NUMBER),
    PROBABILITIES(Kind.ARRAY),
    OUTPUTS(Kind.ARRAY),
    SCORE(Kind.NUMBER),
    MODEL(Kind.STRING),
    MODEL_VERSION(Kind.STRING),
    STATUS(Kind.STRING),
    MESSAGE(Kind.STRING);

    final Kind kind;

    Column(Kind kind) {
      this.kind = kind;
    }

    /** Whether only classifiers have it. */
    boolean ofClasses() {
      return this == LABEL || this == PROBABILITY || this == PROBABILITIES;
    }

    /** Whether a window that was not scored has it, too. */
    boolean ofRejected() {
      return this == MODEL || this == MODEL_VERSION || this == STATUS;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final List<Column> columns = new ArrayList<>();
  private final List<Boolean> single = new ArrayList<>();

  /**
   * Finds the columns.
   *
   * @throws ValidationException if one is unknown, or of a type that it cannot have
   */
  OutputColumns(List<String> names, List<LogicalType> types) {
    for (int i = 0; i < names.size(); i++) {
      Column column = column(names.get(i));
      LogicalType type = types.get(i);
      if (!column.kind.takes(type)) {
        throw new ValidationException(
            "OUTPUT column "
                + names.get(i)
                + " is "
                + type.asSummaryString()
                + ", it holds "
                + column.kind.types
                + "; "
                + EXAMPLE);
      }
      columns.add(column);
      LogicalType number = type instanceof ArrayType array ? array.getElementType() : type;
      single.add(number.is(LogicalTypeRoot.FLOAT));
    }
    for (int i = 0; tellsRejections() && i < names.size(); i++) {
      LogicalType type = types.get(i);
      // Of a NULL array, Flink makes an element that is NOT NULL -1.0.
      boolean held = type instanceof ArrayType array && !array.getElementType().isNullable();
      if (!columns.get(i).ofRejected() && (held || !type.isNullable())) {
        throw new ValidationException(
            "OUTPUT column "
                + names.get(i)
                + " is "
                + type.asSummaryString()
                + ", but with status or message there are rows where it is NULL; leave NOT NULL out");
      }
    }
  }

  private static Column column(String name) {
    for (Column column : Column.values()) {
      if (column.toString().equals(name.toLowerCase(Locale.ROOT))) {
        return column;
      }
    }
    throw new ValidationException(
        "OUTPUT column "
            + name
            + " is not known; choose among "
            + Arrays.stream(Column.values())
                .map(column -> column + " " + column.kind.types)
                .collect(Collectors.joining(", "))
            + "; "
            + EXAMPLE);
  }

  /** Whether windows that cannot be scored leave as rows; else they must end the query. */
  boolean tellsRejections() {
    return columns.contains(Column.STATUS) || columns.contains(Column.MESSAGE);
  }

  /**
   * Checks that a model gives such columns.
   *
   * @throws ValidationException if not
   */
  void check(ModelInfo info) {
    for (Column column : columns) {
      if (column.ofClasses() && info.task() != ModelInfo.Task.CLASSIFICATION) {
        throw new ValidationException(
            "OUTPUT has "
                + column
                + ", which only classifiers give, and the task of model "
                + info.name()
                + " is "
                + info.task().name().toLowerCase(Locale.ROOT)
                + "; declare OUTPUT (outputs ARRAY<DOUBLE>)");
      }
      if (column == Column.SCORE && info.outputSize() != 1) {
        throw new ValidationException(
            "OUTPUT has score, which is the output of models that give one value, and model "
                + info.name()
                + " gives "
                + info.outputSize()
                + "; declare OUTPUT (outputs ARRAY<DOUBLE>)");
      }
    }
  }

  /** The row of a window that was scored. */
  RowData scored(WindowScore score) {
    GenericRowData row = new GenericRowData(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      row.setField(i, field(columns.get(i), score, single.get(i)));
    }
    return row;
  }

  private static Object field(Column column, WindowScore score, boolean single) {
    return switch (column) {
      case LABEL -> StringData.fromString(score.label());
      case PROBABILITY -> number(max(score.probabilities()), single);
      case PROBABILITIES -> array(score.probabilities(), single);
      case OUTPUTS -> array(score.outputs(), single);
      case SCORE -> number(score.outputs()[0], single);
      case MODEL -> StringData.fromString(score.model());
      case MODEL_VERSION -> StringData.fromString(score.modelVersion());
      case STATUS -> StringData.fromString(SCORED);
      case MESSAGE -> null;
    };
  }

  /** The row of a window that could not be scored: all NULL but who says so, and why. */
  RowData rejected(Rejection rejection, ModelInfo info) {
    GenericRowData row = new GenericRowData(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      row.setField(
          i,
          switch (columns.get(i)) {
            case MODEL -> StringData.fromString(info.name());
            case MODEL_VERSION -> StringData.fromString(info.version());
            case STATUS -> StringData.fromString(rejection.reason().name());
            case MESSAGE -> StringData.fromString(rejection.message());
            default -> null;
          });
    }
    return row;
  }

  /** The label's: its logit is the largest. */
  private static double max(double[] probabilities) {
    double max = 0;
    for (double probability : probabilities) {
      max = Math.max(max, probability);
    }
    return max;
  }

  private static Object number(double value, boolean single) {
    return single ? (Object) (float) value : (Object) value;
  }

  private static GenericArrayData array(double[] values, boolean single) {
    if (!single) {
      return new GenericArrayData(values);
    }
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (float) values[i];
    }
    return new GenericArrayData(rounded);
  }
}
