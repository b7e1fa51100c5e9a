package io.flinkssm.sql;

import io.flinkssm.stream.SampleFormat;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code SsmPcm16(payload [, big_endian])}: samples of 16-bit PCM, little-endian unless told.
 * Values are −32768 … 32767, as {@code ssm score} reads them of a WAV file; channels stay
 * interleaved.
 */
public final class SsmPcm16 extends ScalarFunction {
  private static final long serialVersionUID = 1;

  /** NULL of NULL bytes. */
  @DataTypeHint(value = "ARRAY<FLOAT>", bridgedTo = float[].class)
  public float[] eval(
      @ArgumentHint(name = "payload", type = @DataTypeHint("BYTES")) byte[] payload,
      @ArgumentHint(name = "big_endian", type = @DataTypeHint("BOOLEAN"), isOptional = true)
          Boolean bigEndian) {
    return payload == null
        ? null
        : SampleFormat.pcm(payload, Short.BYTES, Boolean.TRUE.equals(bigEndian), true);
  }
}
