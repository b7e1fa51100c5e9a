package io.flinkssm.simd;

/** Element-wise functions of the reference code. */
public enum Activation {
  /** {@code x}. */
  IDENTITY,
  /** {@code max(x, 0)}. */
  RELU,
  /** {@code tanh x}. */
  TANH,
  /** {@code σ(x) = 1/(1+e^(−x))}. */
  SIGMOID,
  /** {@code x·Φ(x) = x·(1+erf(x/√2))/2}: the exact GELU of PyTorch. */
  GELU,
  /** {@code x·σ(x)}, also called swish. */
  SILU,
  /** {@code log(1+e^x)}. */
  SOFTPLUS
}
