package io.flinkssm.model;

import io.flinkssm.ssm.StateSpace;

/**
 * One state space layer of a model, for people who look inside.
 *
 * @param name where in the network, such as {@code "block.0"}
 * @param stride model samples per step of this layer: 1 unless the architecture pools before it
 * @param system its continuous-time systems
 */
public record StateSpaceLayer(String name, int stride, StateSpace system) {}
