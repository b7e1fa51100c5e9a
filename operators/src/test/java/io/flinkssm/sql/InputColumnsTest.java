package io.flinkssm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.ToyModel;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class InputColumnsTest {
  private static final DataType FLOATS = DataTypes.ARRAY(DataTypes.FLOAT());

  private static InputColumns columns(DataType... types) {
    return new InputColumns(
        IntStream.range(0, types.length).mapToObj(i -> "c" + i).toList(),
        List.of(types).stream().map(DataType::getLogicalType).toList());
  }

  private static ArrayData floats(float... values) {
    return new GenericArrayData(values);
  }

  @Test
  void oneArrayIsReadAsItStands() throws Exception {
    InputColumns columns = InstantiationUtil.clone(columns(FLOATS));
    assertThat(columns.read(GenericRowData.of(floats(1, 2, 3, 4)))).isNull();
    assertThat(columns.samples()).containsExactly(1, 2, 3, 4);
    assertThat(columns.hasRate()).isFalse();
    columns.check(ToyModel.features(2).info());
    columns.check(ToyModel.features(1).info());
  }

  @Test
  void arraysOfChannelsAreInterleavedAndANumberIsTheRate() {
    InputColumns columns = columns(FLOATS, DataTypes.INT(), FLOATS);
    columns.check(ToyModel.features(2).info());
    assertThat(columns.read(GenericRowData.of(floats(1, 2, 3), 8000, floats(4, 5, 6)))).isNull();
    assertThat(columns.samples()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(columns.hasRate()).isTrue();
    assertThat(columns.sampleRateHz()).isEqualTo(8000);
    assertThat(columns.read(GenericRowData.of(floats(7), 16000, floats(8)))).isNull();
    assertThat(columns.samples()).containsExactly(7, 8);
    assertThat(columns.sampleRateHz()).isEqualTo(16000);
  }

  @Test
  void elementsOfEveryNumberAreReadAsWhatTheyAre() {
    DecimalData decimal = DecimalData.fromBigDecimal(new BigDecimal("1.5"), 2, 1);
    assertRead(DataTypes.DOUBLE(), new GenericArrayData(new Object[] {1.5, null, -0.25}), -0.25f);
    assertRead(DataTypes.FLOAT(), new GenericArrayData(new Object[] {1.5f, null, 7f}), 7);
    assertRead(
        DataTypes.DECIMAL(2, 1), new GenericArrayData(new Object[] {decimal, null, decimal}), 1.5f);
    InputColumns bytes = columns(DataTypes.ARRAY(DataTypes.TINYINT()));
    bytes.read(GenericRowData.of(new GenericArrayData(new byte[] {1, -2})));
    assertThat(bytes.samples()).containsExactly(1, -2);
    InputColumns shorts = columns(DataTypes.ARRAY(DataTypes.SMALLINT()));
    shorts.read(GenericRowData.of(BinaryArrayData.fromPrimitiveArray(new short[] {300, -300})));
    assertThat(shorts.samples()).containsExactly(300, -300);
    InputColumns ints = columns(DataTypes.ARRAY(DataTypes.INT()));
    ints.read(GenericRowData.of(BinaryArrayData.fromPrimitiveArray(new int[] {70_000, -1})));
    assertThat(ints.samples()).containsExactly(70_000, -1);
    InputColumns longs = columns(DataTypes.ARRAY(DataTypes.BIGINT()));
    longs.read(GenericRowData.of(BinaryArrayData.fromPrimitiveArray(new long[] {1L << 40, 3})));
    assertThat(longs.samples()).containsExactly(0x1p40f, 3);
  }

  private static void assertRead(DataType element, ArrayData values, float last) {
    InputColumns columns = columns(DataTypes.ARRAY(element));
    assertThat(columns.read(GenericRowData.of(values))).isNull();
    assertThat(columns.samples()).containsExactly(1.5f, Float.NaN, last);
  }

  @Test
  void decimalRatesAreRead() {
    InputColumns columns = columns(FLOATS, DataTypes.DECIMAL(5, 1));
    DecimalData rate = DecimalData.fromBigDecimal(new BigDecimal("4000.5"), 5, 1);
    assertThat(columns.read(GenericRowData.of(floats(1), rate))).isNull();
    assertThat(columns.sampleRateHz()).isEqualTo(4000.5);
  }

  @Test
  void whatIsMissingIsSaid() {
    InputColumns columns = columns(FLOATS, FLOATS, DataTypes.DOUBLE());
    assertRejected(
        columns.read(GenericRowData.of(null, floats(1), 8.0)),
        Rejection.Reason.EMPTY,
        "c0 is NULL");
    assertRejected(
        columns.read(GenericRowData.of(floats(1), null, 8.0)),
        Rejection.Reason.EMPTY,
        "c1 is NULL");
    assertRejected(
        columns.read(GenericRowData.of(floats(1), floats(1, 2), 8.0)),
        Rejection.Reason.CHANNEL_MISMATCH,
        "c0 has 1 samples, c1 has 2");
    assertRejected(
        columns.read(GenericRowData.of(floats(1), floats(1), null)),
        Rejection.Reason.BAD_RATE,
        "c2 is NULL");
  }

  private static void assertRejected(Rejection found, Rejection.Reason reason, String message) {
    assertThat(found.reason()).isEqualTo(reason);
    assertThat(found.message()).contains(message);
  }

  @Test
  void columnsThatMakeNoWindowAreRefusedWithAnExample() {
    assertThatThrownBy(() -> columns(FLOATS, DataTypes.STRING()))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("INPUT column c1 is STRING")
        .hasMessageContaining("for example INPUT (samples ARRAY<FLOAT>)");
    assertThatThrownBy(() -> columns(FLOATS, DataTypes.DOUBLE(), DataTypes.DOUBLE()))
        .hasMessageContaining("INPUT column c2 is DOUBLE, and c1 is the sampling rate already");
    assertThatThrownBy(() -> columns(DataTypes.ARRAY(FLOATS)))
        .hasMessageContaining("ARRAY<ARRAY<FLOAT>>");
    assertThatThrownBy(() -> columns(DataTypes.DOUBLE()))
        .hasMessageContaining("no array of numbers");
    assertThatThrownBy(() -> columns(FLOATS, FLOATS).check(ToyModel.features(3).info()))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("INPUT has 2 arrays of samples, model toy takes 3 channels")
        .hasMessageContaining("INPUT (c1 ARRAY<FLOAT>, c2 ARRAY<FLOAT>, c3 ARRAY<FLOAT>)");
  }
}
