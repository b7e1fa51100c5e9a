package io.flinkssm.sql;

import io.flinkssm.stream.SampleFormat;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code SsmAlaw(payload)}: samples of G.711 A-law, one byte each, in units of 16-bit PCM as {@link
 * SsmPcm16} gives them.
 */
public final class SsmAlaw extends ScalarFunction {
  private static final long serialVersionUID = 1;

  /** NULL of NULL bytes. */
  @DataTypeHint(value = "ARRAY<FLOAT>", bridgedTo = float[].class)
  public float[] eval(
      @ArgumentHint(name = "payload", type = @DataTypeHint("BYTES")) byte[] payload) {
    return payload == null ? null : SampleFormat.alaw(payload);
  }
}
