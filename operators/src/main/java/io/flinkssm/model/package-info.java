/**
 * The model contract and the model directory reader.
 *
 * <p>Start at {@link io.flinkssm.model.ModelDirectory}: it gives a {@link
 * io.flinkssm.model.SequenceModel}, which gives a {@link io.flinkssm.model.DiscreteModel} per
 * sampling rate.
 *
 * <p>To add a family: one package below this one with a {@link io.flinkssm.model.ModelFamily} that
 * reads its keys from {@link io.flinkssm.model.ConfigNode} and takes its weights from {@link
 * io.flinkssm.model.Tensors}, asking for each by name and shape; a {@code SequenceModel} that says
 * through {@code whyNotStreaming} what it cannot do; and a {@code DiscreteModel} written once
 * against {@link io.flinkssm.simd.Kernels}. Register the family in {@code ModelDirectory}: nothing
 * else knows families by name. Keys and tensors that nobody asks for become errors by themselves.
 * Bring outputs of the reference code and hold both views against them.
 */
package io.flinkssm.model;
