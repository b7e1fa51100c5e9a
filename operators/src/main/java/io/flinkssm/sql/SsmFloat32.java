package io.flinkssm.sql;

import io.flinkssm.stream.SampleFormat;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code SsmFloat32(payload [, big_endian])}: samples of 32-bit floats, little-endian unless told,
 * as they are.
 */
public final class SsmFloat32 extends ScalarFunction {
  private static final long serialVersionUID = 1;

  /** NULL of NULL bytes. */
  @DataTypeHint(value = "ARRAY<FLOAT>", bridgedTo = float[].class)
  public float[] eval(
      @ArgumentHint(name = "payload", type = @DataTypeHint("BYTES")) byte[] payload,
      @ArgumentHint(name = "big_endian", type = @DataTypeHint("BOOLEAN"), isOptional = true)
          Boolean bigEndian) {
    return payload == null ? null : SampleFormat.float32(payload, Boolean.TRUE.equals(bigEndian));
  }
}
