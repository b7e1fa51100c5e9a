package io.flinkssm.detect;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.RateMethod;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A detector that knows the dynamics of a signal by a model: the forecasts that its errors count
 * against are those of a trained one. All else is as with a {@link Detector}, and so are outputs.
 *
 * <p>The forecaster gives, after each sample, the next one: one native interval later, in the units
 * of its input. A sample that comes at another time has no forecast of the model's, and one after
 * an interval outside the range that the model declares finds it with a memory that begins anew;
 * what the detector learned goes on in either case.
 *
 * <p>The state of a key is that of the forecaster, the forecast of the next sample (NaN for none),
 * and that of the detector.
 */
public final class ForecastDetector implements SequenceModel {
  /** By how much of it an interval may differ from the native one that a forecast is for. */
  private static final double TOLERANCE = 0.1;

  private final SequenceModel forecaster;
  private final Detector detector;
  private final ModelInfo info;

  /** At its native rate, which is all that the many rates outside the declared range need. */
  private final Map<List<Object>, DiscreteModel<?>> natives = new ConcurrentHashMap<>();

  private ForecastDetector(SequenceModel forecaster, Detector detector) {
    this.forecaster = forecaster;
    this.detector = detector;
    ModelInfo model = forecaster.info();
    ModelInfo head = detector.info();
    info =
        new ModelInfo(
            model.name(),
            model.version(),
            Detector.sha256(model.sha256() + " " + head.sha256()),
            "detector on " + model.architecture(),
            head.task(),
            head.inputChannels(),
            head.outputSize(),
            head.labels(),
            model.sampleRateHz(),
            head.minSampleRateHz(),
            head.maxSampleRateHz(),
            model.parameters());
  }

  /**
   * A detector on a forecaster.
   *
   * @param forecaster of task forecast, with as many outputs as channels
   * @param config whose channels are replaced by those of the forecaster
   * @throws InvalidModelException if it is no such model, with what it is
   */
  public static ForecastDetector of(SequenceModel forecaster, DetectorConfig config) {
    ModelInfo info = forecaster.info();
    if (info.task() != ModelInfo.Task.FORECAST || info.outputSize() != info.inputChannels()) {
      throw new InvalidModelException(
          "model "
              + info.name()
              + " has task "
              + info.task()
              + " and gives "
              + info.outputSize()
              + " values for "
              + info.inputChannels()
              + " channels; detection by a model needs one that forecasts the next sample: task"
              + " forecast, d_output = d_input");
    }
    return new ForecastDetector(forecaster, Detector.of(config.withChannels(info.inputChannels())));
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public String whyNotStreaming() {
    return forecaster.whyNotStreaming();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the kernels are of float32
   */
  @Override
  @SuppressWarnings("unchecked") // Of a detector, so the kernels are those of double[].
  public <A> DiscreteModel<A> discretize(
      double sampleRateHz, RateMethod method, Kernels<A> kernels) {
    DiscreteDetector head = (DiscreteDetector) detector.discretize(sampleRateHz, method, kernels);
    ModelInfo model = forecaster.info();
    boolean declared =
        sampleRateHz >= model.minSampleRateHz() && sampleRateHz <= model.maxSampleRateHz();
    DiscreteModel<?> steps =
        declared
            ? forecaster.discretize(sampleRateHz, method, kernels)
            : natives.computeIfAbsent(
                List.of(method, kernels),
                any -> forecaster.discretize(model.sampleRateHz(), method, kernels));
    boolean timely = Math.abs(model.sampleRateHz() / sampleRateHz - 1) <= TOLERANCE;
    return (DiscreteModel<A>)
        new DiscreteForecastDetector(this, head, (DiscreteModel<double[]>) steps, declared, timely);
  }
}
