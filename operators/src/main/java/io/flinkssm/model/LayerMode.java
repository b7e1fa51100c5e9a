package io.flinkssm.model;

import io.flinkssm.ssm.RateMethod;
import io.flinkssm.ssm.SampledMode;
import io.flinkssm.ssm.StateSpace;
import java.util.ArrayList;
import java.util.List;

/**
 * One mode of one channel of a layer at a sampling rate, in seconds and Hz: what the layer can
 * remember, for how long, and whether the rate can show it. Of a pair of conjugate modes, one.
 *
 * <p>With a low-rank part (DPLR) these are the modes of its diagonal part Λ, see {@link
 * SampledMode}.
 *
 * @param layer name of the layer, as {@link StateSpaceLayer#name()}
 * @param channel 0 … H − 1
 * @param mode 0 … M − 1
 * @param lambdaRe real part of λ in 1/s: minus the rate of decay
 * @param lambdaIm imaginary part of λ in rad/s
 * @param aBarRe real part of ā, by which one step of the layer multiplies the mode
 * @param aBarIm imaginary part of ā
 * @param timeConstantSeconds 1/|Re λ|, after which 37 % are left; infinite if undamped
 * @param frequencyHz |Im λ|/2π
 * @param deltaSeconds duration of one step of the layer: its stride over the sampling rate
 * @param delta the step Δ in the model's own time: λ there is {@code λ·deltaSeconds/delta}
 * @param aliased whether it oscillates too fast for the steps, see {@link StateSpace#aliasedModes}
 */
public record LayerMode(
    String layer,
    int channel,
    int mode,
    double lambdaRe,
    double lambdaIm,
    double aBarRe,
    double aBarIm,
    double timeConstantSeconds,
    double frequencyHz,
    double deltaSeconds,
    double delta,
    boolean aliased) {

  /**
   * All modes of a layer, channel by channel.
   *
   * @param sampleRateHz of the model's input, finite and positive
   * @param method how the layer takes that rate
   */
  public static List<LayerMode> of(
      ModelInfo info, StateSpaceLayer layer, double sampleRateHz, RateMethod method) {
    double rate = info.sampleRateHz() / sampleRateHz;
    StateSpace system = method.of(layer.system(), rate);
    double deltaSeconds = layer.stride() / sampleRateHz;
    List<LayerMode> modes = new ArrayList<>();
    for (int channel = 0; channel < system.channels(); channel++) {
      for (int mode = 0; mode < system.modes(); mode++) {
        SampledMode sampled = system.mode(rate, channel, mode);
        double perSecond = sampled.delta() / deltaSeconds;
        double lambdaRe = sampled.lambdaRe() * perSecond;
        double lambdaIm = sampled.lambdaIm() * perSecond;
        modes.add(
            new LayerMode(
                layer.name(),
                channel,
                mode,
                lambdaRe,
                lambdaIm,
                sampled.aRe(),
                sampled.aIm(),
                1 / Math.abs(lambdaRe),
                Math.abs(lambdaIm) / (2 * Math.PI),
                deltaSeconds,
                sampled.delta(),
                sampled.aliased()));
      }
    }
    return modes;
  }
}
