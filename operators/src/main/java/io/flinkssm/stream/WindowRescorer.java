package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Scores whole windows with the convolutional view of a model.
 *
 * <p>Where the state is carried, the output at a position of a segment is that of streaming, to
 * rounding: the two views compute the same function. A window whose sampling rate changes is
 * convolved rate by rate, the state carried between them; a model without a state cannot do that.
 * So irregular samples, each at a rate of its own, are computed by the recurrence, whatever the
 * method: there is no convolution with a step that varies. Not thread-safe.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public final class WindowRescorer<A> {
  private final ModelInfo info;
  private final boolean hasState;
  private final Kernels<A> kernels;
  private final ConvolutionMethod method;
  private final WindowRules rules;
  private final DiscreteModels<A> models;
  private final ConvolutionMethods<A> methods;
  private final Head head;
  private final String precision;
  private final long modelId;

  /**
   * A rescorer with one model.
   *
   * @param method how to convolve; forcing the recurrence needs a model that has one
   * @param plans is told how windows are computed, once for each rate, length and model
   * @throws IllegalArgumentException if the model cannot be used that way
   */
  public WindowRescorer(
      SequenceModel model,
      Kernels<A> kernels,
      RateMethod rateMethod,
      ConvolutionMethod method,
      WindowRules rules,
      Consumer<String> plans) {
    info = model.info();
    hasState = model.streams();
    if (!hasState && method == ConvolutionMethod.RECURRENCE) {
      throw new IllegalArgumentException(
          "model "
              + info.name()
              + " has no recurrence: "
              + model.whyNotStreaming()
              + "; set the method to auto or fft");
    }
    this.kernels = kernels;
    this.method = method;
    this.rules = rules;
    models = new DiscreteModels<>(model, rateMethod, null, kernels, ScoringCounters.NONE);
    methods = new ConvolutionMethods<>(method, plans);
    head = new Head(info);
    precision = "float" + 8 * kernels.elementBytes();
    modelId =
        SampleClock.mix(
            StoredStates.modelId(info, models.at(info.sampleRateHz()).stateLength()),
            kernels.elementBytes());
  }

  /** What the model is. */
  public ModelInfo info() {
    return info;
  }

  /**
   * Makes the model at a rate, unless it is there.
   *
   * @throws IllegalArgumentException if the model refuses the rate
   */
  public void at(double sampleRateHz) {
    models.at(sampleRateHz);
  }

  /**
   * What makes the kernels of full windows at a rate, to be run beforehand in any thread. Nothing
   * for whole segments: their lengths are not known.
   *
   * @throws IllegalArgumentException if the model refuses the rate
   */
  public Runnable preparation(double sampleRateHz) {
    DiscreteModel<A> model = models.at(sampleRateHz);
    return rules.kind() == WindowRules.Kind.SEGMENT
        ? () -> {}
        : () -> model.prepare(rules.size(), method);
  }

  /**
   * What a window gives.
   *
   * @param score null if the window cannot be scored
   * @param rejection why not, null if it can
   * @param carried the state after the window, null if nobody will need it
   */
  public record Result(WindowScore score, Rejection rejection, CarriedState carried) {}

  /**
   * Scores a window.
   *
   * @param index number of the first sample of {@code pieces}
   * @param pieces samples that follow one another and hold those of the window
   * @param carried the state after the window before, or null
   * @param streamed streaming scores of the window's samples, in order of position; those of this
   *     model's version are compared
   */
  public Result score(
      String key,
      Window window,
      long index,
      List<SamplePiece> pieces,
      CarriedState carried,
      List<Score> streamed) {
    List<Run> runs = runs(window, index, pieces);
    Rejection rejection = refusal(key, window, runs);
    if (rejection != null) {
      return new Result(null, rejection, null);
    }
    boolean goesOn =
        rules.carriesState()
            && carried != null
            && carried.modelId() == modelId
            && carried.index() == window.index()
            && window.position() > 0;
    boolean leaves = hasState && rules.carriesState() && !window.endOfSegment();
    A state = start(goesOn ? carried : null, leaves || runs.size() > 1);
    Comparison comparison = new Comparison(streamed, info);
    double[] outputs = new double[info.outputSize()];
    long position = window.position();
    String way = null;
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      DiscreteModel<A> model = models.at(run.sampleRateHz);
      way = ConvolutionMethods.and(way, methods.of(model, run.length, state != null));
      convolve(model, run, state, position, i == runs.size() - 1, comparison, outputs);
      position += run.length;
    }
    WindowScore score =
        score(key, window, runs, outputs, way, goesOn || window.position() == 0, comparison);
    CarriedState after =
        leaves ? new CarriedState(modelId, window.index() + window.length(), state) : null;
    return new Result(score, null, after);
  }

  /** Samples of a window at one rate. */
  private static final class Run {
    final double sampleRateHz;
    final List<SamplePiece> pieces = new ArrayList<>();
    final int skip;
    int length;
    long endMicros;

    Run(double sampleRateHz, int skip) {
      this.sampleRateHz = sampleRateHz;
      this.skip = skip;
    }

    long startMicros() {
      return pieces.get(0).timeMicros(skip);
    }
  }

  private static List<Run> runs(Window window, long index, List<SamplePiece> pieces) {
    List<Run> runs = new ArrayList<>();
    Run run = null;
    long first = index;
    long end = window.index() + window.length();
    for (SamplePiece piece : pieces) {
      int from = (int) Math.max(0, window.index() - first);
      int to = (int) Math.min(piece.length(), end - first);
      if (from < to) {
        if (run == null || run.sampleRateHz != piece.sampleRateHz()) {
          run = new Run(piece.sampleRateHz(), from);
          runs.add(run);
        }
        run.pieces.add(piece);
        run.length += to - from;
        run.endMicros = piece.timeMicros(to - 1);
      }
      first += piece.length();
    }
    int found = runs.stream().mapToInt(r -> r.length).sum();
    if (found != window.length()) {
      throw new IllegalStateException(
          "of the " + window.length() + " samples of " + window + " " + found + " are there");
    }
    return runs;
  }

  /** The rejection of a window that cannot be scored, null if it can. */
  private Rejection refusal(String key, Window window, List<Run> runs) {
    if (hasState) {
      return null;
    }
    if (runs.size() > 1) {
      return rejection(
          key,
          runs,
          Rejection.Reason.BAD_RATE,
          "the window's sampling rate changes from "
              + runs.get(0).sampleRateHz
              + " to "
              + runs.get(1).sampleRateHz
              + " Hz, and model "
              + info.name()
              + " has no state to carry over; end the segment where the rate changes");
    }
    boolean full = window.length() == rules.size();
    boolean cut = window.position() > 0 || (full && !window.endOfSegment());
    if (rules.kind() == WindowRules.Kind.SEGMENT && cut) {
      return rejection(
          key,
          runs,
          Rejection.Reason.OVERSIZED,
          "the segment is longer than rescore.window.size, "
              + rules.size()
              + " samples, and model "
              + info.name()
              + " has no state to carry over; raise it, or choose tumbling or sliding windows");
    }
    return null;
  }

  /** A rejection that carries the window's samples. */
  private Rejection rejection(String key, List<Run> runs, Rejection.Reason reason, String message) {
    int values = runs.stream().mapToInt(run -> run.length).sum() * info.inputChannels();
    float[] samples = new float[values];
    int filled = 0;
    for (Run run : runs) {
      int end = filled + run.length * info.inputChannels();
      int skip = run.skip * info.inputChannels();
      for (SamplePiece piece : run.pieces) {
        int count = Math.min(piece.samples().length - skip, end - filled);
        System.arraycopy(piece.samples(), skip, samples, filled, count);
        filled += count;
        skip = 0;
      }
    }
    Run first = runs.get(0);
    return Rejections.of(
        new Frame(
            key,
            first.startMicros(),
            first.sampleRateHz,
            info.inputChannels(),
            samples,
            false,
            Frame.Origin.UNKNOWN),
        reason,
        message);
  }

  @SuppressWarnings("unchecked") // The model's id, which holds the precision, has been compared.
  private A start(CarriedState carried, boolean needed) {
    if (carried != null) {
      // Flink may still hold the array.
      A before = (A) carried.state();
      A state = kernels.allocate(kernels.length(before));
      kernels.copy(before, 0, state, 0, kernels.length(before));
      return state;
    }
    if (!needed) {
      return null;
    }
    DiscreteModel<A> model = models.at(info.sampleRateHz());
    A state = kernels.allocate(model.stateLength());
    model.reset(state);
    return state;
  }

  /** One run: its final output into {@code outputs} if it is the last. */
  private void convolve(
      DiscreteModel<A> model,
      Run run,
      A state,
      long before,
      boolean last,
      Comparison comparison,
      double[] outputs) {
    A input = input(run);
    long end = before + run.length;
    long firstWanted = Math.min(comparison.nextPosition(), last ? end : Long.MAX_VALUE);
    int wanted = (int) Math.max(0, end - firstWanted + 1);
    A output = kernels.allocate(Math.multiplyExact(wanted, info.outputSize()));
    model.convolve(state, input, run.length, output, wanted, method);
    double[] row = new double[info.outputSize()];
    while (comparison.nextPosition() <= end) {
      int at = (int) (comparison.nextPosition() - firstWanted);
      kernels.toDouble(output, at * row.length, row, 0, row.length);
      comparison.compare(row);
    }
    if (last) {
      kernels.toDouble(output, (wanted - 1) * row.length, outputs, 0, row.length);
    }
  }

  private A input(Run run) {
    int channels = info.inputChannels();
    int values = Math.multiplyExact(run.length, channels);
    A input = kernels.allocate(values);
    int filled = 0;
    int skip = run.skip * channels;
    for (SamplePiece piece : run.pieces) {
      int count = Math.min(piece.samples().length - skip, values - filled);
      kernels.fromFloat(piece.samples(), skip, input, filled, count);
      filled += count;
      skip = 0;
    }
    return input;
  }

  private WindowScore score(
      String key,
      Window window,
      List<Run> runs,
      double[] outputs,
      String way,
      boolean wholeSegment,
      Comparison comparison) {
    Run first = runs.get(0);
    Run last = runs.get(runs.size() - 1);
    int label = head.label(outputs);
    return new WindowScore(
        key,
        window.segmentStartMicros(),
        window.position(),
        window.endPosition(),
        first.startMicros(),
        last.endMicros,
        last.sampleRateHz,
        info.name(),
        info.version(),
        info.sha256(),
        info.task().name().toLowerCase(Locale.ROOT),
        way,
        precision,
        wholeSegment,
        outputs,
        label < 0 ? new double[0] : Head.softmax(outputs),
        label < 0 ? "" : head.name(label),
        window.endOfSegment(),
        comparison.last(),
        comparison.compared(),
        comparison.divergence());
  }
}
