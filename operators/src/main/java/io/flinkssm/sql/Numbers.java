package io.flinkssm.sql;

import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;

/** Reads SQL's numbers of any type as the model's: float32 samples, rates in double. */
final class Numbers {

  private Numbers() {}

  /** Whether values of a type can be read. */
  static boolean isNumber(LogicalType type) {
    return type.is(LogicalTypeFamily.NUMERIC);
  }

  /** A number that is not null, as a function gets it. */
  static double of(Object value) {
    return value instanceof DecimalData decimal
        ? decimal.toBigDecimal().doubleValue()
        : ((Number) value).doubleValue();
  }

  /** A number in a row; NaN for null. */
  static double of(RowData row, int index, LogicalType type) {
    if (row.isNullAt(index)) {
      return Double.NaN;
    }
    return switch (type.getTypeRoot()) {
      case TINYINT -> row.getByte(index);
      case SMALLINT -> row.getShort(index);
      case INTEGER -> row.getInt(index);
      case BIGINT -> row.getLong(index);
      case FLOAT -> row.getFloat(index);
      case DOUBLE -> row.getDouble(index);
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) type;
        yield row.getDecimal(index, decimal.getPrecision(), decimal.getScale())
            .toBigDecimal()
            .doubleValue();
      }
      default -> throw new IllegalArgumentException(type + " is no number");
    };
  }

  /**
   * Copies an array to every {@code stride}-th place from {@code first} on; NaN for null. Allocates
   * nothing but for decimals.
   */
  static void copy(ArrayData from, LogicalType element, float[] to, int first, int stride) {
    int size = from.size();
    switch (element.getTypeRoot()) {
      case FLOAT -> {
        for (int i = 0; i < size; i++) {
          to[first + i * stride] = from.isNullAt(i) ? Float.NaN : from.getFloat(i);
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < size; i++) {
          to[first + i * stride] = from.isNullAt(i) ? Float.NaN : (float) from.getDouble(i);
        }
      }
      case TINYINT -> {
        for (int i = 0; i < size; i++) {
          to[first + i * stride] = from.isNullAt(i) ? Float.NaN : from.getByte(i);
        }
      }
      case SMALLINT -> {
        for (int i = 0; i < size; i++) {
          to[first + i * stride] = from.isNullAt(i) ? Float.NaN : from.getShort(i);
        }
      }
      case INTEGER -> {
        for (int i = 0; i < size; i++) {
          to[first + i * stride] = from.isNullAt(i) ? Float.NaN : from.getInt(i);
        }
      }
      case BIGINT -> {
        for (int i = 0; i < size; i++) {
          to[first + i * stride] = from.isNullAt(i) ? Float.NaN : from.getLong(i);
        }
      }
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) element;
        for (int i = 0; i < size; i++) {
          to[first + i * stride] =
              from.isNullAt(i)
                  ? Float.NaN
                  : from.getDecimal(i, decimal.getPrecision(), decimal.getScale())
                      .toBigDecimal()
                      .floatValue();
        }
      }
      default -> throw new IllegalArgumentException(element + " is no number");
    }
  }
}
