package io.flinkssm.sql;

import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/** Samples as SQL has them: ARRAY&lt;FLOAT&gt; and ARRAY&lt;DOUBLE&gt;. */
final class SampleArrays {

  private SampleArrays() {}

  /**
   * The samples of an array in float32, NaN for NULL.
   *
   * @param element FLOAT or DOUBLE
   */
  static float[] floats(ArrayData array, LogicalType element) {
    float[] samples = new float[array.size()];
    boolean single = element.is(LogicalTypeRoot.FLOAT);
    for (int i = 0; i < samples.length; i++) {
      if (array.isNullAt(i)) {
        samples[i] = Float.NaN;
      } else {
        samples[i] = single ? array.getFloat(i) : (float) array.getDouble(i);
      }
    }
    return samples;
  }
}
