/**
 * Networks of S4 and S4D blocks, from the checkpoints of the reference PyTorch code.
 *
 * <p>Two forms of each part: in continuous time as read ({@link io.flinkssm.model.s4.S4Layer},
 * {@link io.flinkssm.model.s4.Block}, {@link io.flinkssm.model.s4.S4Network}), and at one sampling
 * rate in one precision ({@code Discrete…}).
 */
package io.flinkssm.model.s4;
