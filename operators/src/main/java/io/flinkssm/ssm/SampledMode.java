package io.flinkssm.ssm;

/**
 * One mode of a system, in continuous time and at one sampling rate. Its conjugate goes with it.
 *
 * <p>Where a low-rank part couples the modes, this is the diagonal part alone: λ of Λ and {@code ā
 * = (1 + Δλ/2)/(1 − Δλ/2)} of it, not eigenvalues of A and Ā.
 *
 * @param lambdaRe real part of λ, per unit of the model's time
 * @param lambdaIm imaginary part of λ, likewise
 * @param delta Δ of a sample at this rate in the model's time
 * @param aRe real part of ā, by which a sample multiplies the mode
 * @param aIm imaginary part of ā
 * @param aliased whether it counts among {@link StateSpace#aliasedModes}
 */
public record SampledMode(
    double lambdaRe, double lambdaIm, double delta, double aRe, double aIm, boolean aliased) {}
