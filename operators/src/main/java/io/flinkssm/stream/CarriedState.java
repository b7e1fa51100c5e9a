package io.flinkssm.stream;

/**
 * The state of a model at the end of a window, for the window that follows.
 *
 * @param modelId identifies model, weights, shape and precision
 * @param index number in the key's log of the sample that comes next
 * @param state in the layout of the model; {@code float[]} or {@code double[]}, owned by the record
 */
public record CarriedState(long modelId, long index, Object state) {}
