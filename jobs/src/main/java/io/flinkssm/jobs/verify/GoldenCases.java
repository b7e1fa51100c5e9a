package io.flinkssm.jobs.verify;

import io.flinkssm.jobs.io.Signal;
import io.flinkssm.model.GoldenFile;
import io.flinkssm.model.GoldenFile.Tensor;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.ssm.RateMethod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the cases of a golden file that a model can be held against. Two layouts are known:
 *
 * <ul>
 *   <li>a tensor {@code x} of shape (sequences, samples, channels), float32, with {@code
 *       <variant>.logits_f64}: one case at the native rate;
 *   <li>{@code logits_f64.<condition>} for the recordings named by {@code meta.files}: one case for
 *       each condition whose name ends in a factor of Δ, such as {@code half_2k_rate2}. The
 *       recordings are brought to that rate by keeping every k-th sample. Where {@code
 *       logits_f64.stream.<condition>} is stored too, it is the recurrence's own reference. {@code
 *       logits_f64.hold<k>.<condition>} is the recurrence of k native steps a sample.
 * </ul>
 */
public final class GoldenCases {

  private static final String VARIANT_SUFFIX = ".logits_f64";
  private static final String CONDITION_PREFIX = "logits_f64.";
  private static final String STREAM_PREFIX = "logits_f64.stream.";
  private static final Pattern RATE = Pattern.compile("rate([0-9]+(?:\\.[0-9]+)?)(?:_zero_shot)?$");
  private static final Pattern HOLD = Pattern.compile("^hold([0-9]+)\\.");

  /** Names in an error; more do not help. */
  private static final int SHOWN = 8;

  private final GoldenFile golden;
  private final ModelInfo model;

  /** Cases of {@code golden} for a model. */
  public GoldenCases(GoldenFile golden, ModelInfo model) {
    this.golden = golden;
    this.model = model;
  }

  /**
   * Whether the inputs are recordings outside of the file.
   *
   * @throws IllegalArgumentException if the file holds no outputs to compare with
   */
  public boolean needsAudio() {
    if (golden.names().stream()
        .noneMatch(n -> n.endsWith(VARIANT_SUFFIX) || n.startsWith(CONDITION_PREFIX))) {
      throw new IllegalArgumentException(
          "no outputs to compare with: expected a tensor <variant>"
              + VARIANT_SUFFIX
              + " or "
              + CONDITION_PREFIX
              + "<condition>; has "
              + golden.names().stream().limit(SHOWN).toList());
    }
    return !golden.names().contains("x");
  }

  /** Names before {@code .logits_f64}, for files that hold their inputs. */
  public List<String> variants() {
    return golden.names().stream()
        .filter(name -> name.endsWith(VARIANT_SUFFIX))
        .map(name -> name.substring(0, name.length() - VARIANT_SUFFIX.length()))
        .toList();
  }

  /**
   * The case of one variant, for files that hold their inputs.
   *
   * @throws IllegalArgumentException if shapes do not fit the model
   */
  public GoldenCase ofVariant(String variant) {
    Tensor x = golden.tensor("x");
    int[] shape = x.shape();
    if (shape.length != 3 || shape[2] != model.inputChannels()) {
      throw new IllegalArgumentException(
          "x has shape "
              + Arrays.toString(shape)
              + "; the model takes (sequences, samples, "
              + model.inputChannels()
              + ")");
    }
    String name = variant + VARIANT_SUFFIX;
    return new GoldenCase(
        name,
        model.sampleRateHz(),
        RateMethod.PLAIN,
        rows(toFloat(x.data()), shape[0]),
        outputs(name, shape[0]));
  }

  /**
   * The cases over recordings.
   *
   * @param seconds recordings are cut to this duration before anything else
   * @param skipped told of each condition that cannot be checked, and why
   */
  public List<GoldenCase> ofRecordings(
      Recordings recordings, double seconds, Consumer<String> skipped) throws IOException {
    List<Signal> signals = new ArrayList<>();
    for (var file : golden.meta().path("files")) {
      Signal signal = recordings.read(file.asText());
      if (signal.channels() != model.inputChannels()) {
        throw new IOException(
            file.asText()
                + " has "
                + signal.channels()
                + " channels; the model takes "
                + model.inputChannels());
      }
      int samples = (int) Math.min(signal.length(), Math.round(seconds * signal.sampleRateHz()));
      signals.add(signal.slice(0, samples));
    }
    if (signals.isEmpty()) {
      throw new IOException("the golden file has neither a tensor x nor meta.files");
    }
    List<GoldenCase> cases = new ArrayList<>();
    for (String name : golden.names()) {
      if (!name.startsWith(CONDITION_PREFIX)) {
        continue;
      }
      String condition = name.substring(CONDITION_PREFIX.length());
      if (golden.names().contains(STREAM_PREFIX + condition)) {
        skipped.accept(name + ": " + STREAM_PREFIX + condition + " is used instead");
        continue;
      }
      Matcher rate = RATE.matcher(condition);
      double recorded = signals.get(0).sampleRateHz();
      Matcher hold = HOLD.matcher(condition);
      boolean held = hold.find();
      double factor =
          held
              ? Double.parseDouble(hold.group(1))
              : rate.find() ? Double.parseDouble(rate.group(1)) : 0;
      double rateHz = factor == 0 ? 0 : model.sampleRateHz() / factor;
      if (rateHz == 0 || recorded % rateHz != 0) {
        skipped.accept(name + ": not a rate that keeps every k-th sample of " + recorded + " Hz");
        continue;
      }
      int every = (int) (recorded / rateHz);
      List<double[]> inputs = new ArrayList<>();
      for (Signal signal : signals) {
        inputs.add(toDouble(signal.decimate(every).samples()));
      }
      cases.add(
          new GoldenCase(
              name,
              rateHz,
              held ? RateMethod.HOLD : RateMethod.PLAIN,
              inputs,
              outputs(name, signals.size())));
    }
    return cases;
  }

  private List<double[]> outputs(String name, int sequences) {
    Tensor tensor = golden.tensor(name);
    if (tensor.data().length != sequences * model.outputSize()) {
      throw new IllegalArgumentException(
          name
              + " has shape "
              + Arrays.toString(tensor.shape())
              + "; expected ("
              + sequences
              + ", "
              + model.outputSize()
              + ") for this model");
    }
    return rows(tensor.data(), sequences);
  }

  private static List<double[]> rows(double[] flat, int rows) {
    int width = flat.length / rows;
    List<double[]> out = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      out.add(Arrays.copyOfRange(flat, row * width, (row + 1) * width));
    }
    return out;
  }

  /** Signal frames are float32, and so were the reference's inputs. */
  private static double[] toFloat(double[] values) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }

  private static double[] toDouble(float[] values) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return out;
  }
}
