/**
 * One bank of linear state space systems, in both views.
 *
 * <p>Start at {@link io.flinkssm.ssm.S4KernelParameters}: from the tensors of a checkpoint to a
 * {@link io.flinkssm.ssm.StateSpace}. Its {@link io.flinkssm.ssm.StateSpace#discretize discretize}
 * gives the recurrence that the array kernels step, {@link io.flinkssm.ssm.CausalConvolution} the
 * same function on whole windows. {@link io.flinkssm.ssm.Hippo} and {@link
 * io.flinkssm.ssm.DiagonalInit} make systems that were not trained.
 *
 * <p><b>Sources.</b>
 *
 * <ul>
 *   <li>{@link io.flinkssm.ssm.DplrSystem}, C̃, its step and its kernels: Gu, Goel, Ré,
 *       "Efficiently Modeling Long Sequences with Structured State Spaces" (2022), sections 2.3 and
 *       3, appendices C.2 and C.3; the step and the regular form of the kernel are rearranged, see
 *       there.
 *   <li>{@link io.flinkssm.ssm.DiagonalSystem}, {@link io.flinkssm.ssm.Discretization}: Gu, Gupta,
 *       Goel, Ré, "On the Parameterization and Initialization of Diagonal State Space Models"
 *       (2022), section 3.
 *   <li>{@link io.flinkssm.ssm.DssSystem}: Gupta, Gu, Berant, "Diagonal State Spaces are as
 *       Effective as Structured State Spaces" (2022), section 3.
 *   <li>{@link io.flinkssm.ssm.S4KernelParameters}, {@link io.flinkssm.ssm.Transform}: the layout
 *       and options of the reference code, {@code s4.py} and {@code s4d.py}, version 4.
 * </ul>
 *
 * <p><b>Accuracy.</b> Everything here is double. Kernels of LegS with N = 64 agree with an 80-bit
 * recurrence to 1e-12 at 16384 taps and Δ from 1e-3 to 1e-1; both views agree with the reference
 * code to 1e-12.
 *
 * <p><b>The float32 recurrence</b> does not drift with time: its error, relative to the largest
 * output, comes from rounding ā, which moves a decay rate by about {@code 6e-8/(Δ|λ|)}, and stays
 * once the slowest mode has filled. Over 10⁶ samples of noise with an offset, N = 64:
 *
 * <table>
 *   <caption>Largest error of float32 relative to the largest output</caption>
 *   <tr><th>Δ</th><th>S4D, zero-order hold</th><th>S4, LegS</th><th>S4, FouT</th></tr>
 *   <tr><td>1e-4</td><td>1.9e-4</td><td>2.6e-4</td><td>1.5e-4</td></tr>
 *   <tr><td>1e-3</td><td>4.3e-5</td><td>1.2e-5</td><td>2.5e-5</td></tr>
 *   <tr><td>1e-2</td><td>2.9e-6</td><td>1.2e-6</td><td>3.5e-6</td></tr>
 *   <tr><td>1e-1</td><td>4.9e-7</td><td>8.4e-7</td><td>4.0e-6</td></tr>
 * </table>
 *
 * Models whose slowest time constants (see {@link io.flinkssm.ssm.StateSpace#timeConstants}) exceed
 * about 10⁵ samples should be run in float64. {@code FloatDriftTest} measures this; {@code
 * -Dflinkssm.drift.samples=1000000} repeats the table.
 */
package io.flinkssm.ssm;
