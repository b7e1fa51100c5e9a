package io.flinkssm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

/** Samples leave a group in order of time. */
class SsmWindowTest {

  private final SsmWindow function = new SsmWindow();

  @Test
  void timeOrdersAndArrivalBreaksTies() throws Exception {
    TimedSamples window = function.createAccumulator();
    function.accumulate(window, 3, 30L);
    function.accumulate(window, 1.5, 10L);
    function.accumulate(window, 2f, 20L);
    function.accumulate(window, new GenericArrayData(new float[] {2.25f, 2.5f}), 20L);
    function.accumulate(window, new GenericArrayData(new float[0]), 25L);
    function.accumulate(window, (short) -1, -7L);

    assertThat(function.getValue(window)).containsExactly(-1, 1.5f, 2, 2.25f, 2.5f, 3);
  }

  @Test
  void microsecondsCount() throws Exception {
    TimedSamples window = function.createAccumulator();
    function.accumulate(window, 2, TimestampData.fromEpochMillis(-5, 2_000));
    function.accumulate(window, 1, TimestampData.fromEpochMillis(-5, 1_000));
    function.accumulate(window, 0, TimestampData.fromEpochMillis(-6, 999_000));

    assertThat(function.getValue(window)).containsExactly(0, 1, 2);
  }

  @Test
  void missingValuesAreNaN() throws Exception {
    TimedSamples window = function.createAccumulator();
    function.accumulate(window, new GenericArrayData(new Float[] {1f, null, 3f}), 1L);
    function.accumulate(window, (Number) null, 2L);
    function.accumulate(window, (GenericArrayData) null, 3L);

    assertThat(function.getValue(window)).containsExactly(1, Float.NaN, 3, Float.NaN, Float.NaN);
  }

  @Test
  void partsMerge() throws Exception {
    TimedSamples window = function.createAccumulator();
    assertThat(function.getValue(window)).isNull();
    TimedSamples other = function.createAccumulator();
    function.accumulate(window, 2, 2L);
    function.accumulate(other, 3, 3L);
    function.accumulate(other, 1, 1L);
    function.merge(window, List.of(other, function.createAccumulator()));

    assertThat(function.getValue(window)).containsExactly(1, 2, 3);
    assertThat(function.getValue(other)).containsExactly(1, 3);
  }

  @Test
  void aRowWithoutTimeIsRefused() {
    assertThatThrownBy(
            () -> function.accumulate(function.createAccumulator(), 1, (TimestampData) null))
        .hasMessageContainingAll("is NULL", "FILTER (WHERE ts IS NOT NULL)");
  }
}
