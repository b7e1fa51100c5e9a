package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.testing.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatesCommandTest {

  private static final int CLIPS = 6;
  private static final int LENGTH = 90;

  @TempDir Path dir;

  /** Noise, labelled with what a small low-rank model of one input hears in it by a method. */
  private Path clips(SequenceModel model, double hz, int every, RateMethod method) {
    Random random = new Random(1);
    DiscreteModel<float[]> discrete = model.discretize(hz, method, Kernels.float32());
    double[] audio = new double[CLIPS * LENGTH];
    double[] offsets = new double[CLIPS + 1];
    double[] labels = new double[CLIPS];
    for (int clip = 0; clip < CLIPS; clip++) {
      float[] heard = new float[(LENGTH + every - 1) / every];
      for (int t = 0; t < LENGTH; t++) {
        audio[clip * LENGTH + t] = (float) (random.nextGaussian() * (clip + 1));
      }
      for (int i = 0; i < heard.length; i++) {
        heard[i] = (float) audio[clip * LENGTH + i * every];
      }
      float[] logits = new float[model.info().outputSize()];
      discrete.convolve(null, heard, heard.length, logits, 1);
      for (int k = 1; k < logits.length; k++) {
        labels[clip] = logits[k] > logits[(int) labels[clip]] ? k : labels[clip];
      }
      offsets[clip + 1] = (clip + 1) * LENGTH;
    }
    Path file = dir.resolve("clips.safetensors");
    new SafetensorsWriter()
        .put("audio", audio, audio.length)
        .put("offsets", offsets, offsets.length)
        .put("labels", labels, labels.length)
        .write(file);
    return file;
  }

  @Test
  void countsWhatEachMethodNames() throws IOException {
    Path directory = GoldenModel.ofOneInput(dir);
    SequenceModel model = ModelDirectory.read(directory);
    Path clips = clips(model, 50, 2, RateMethod.HOLD);
    Path csv = dir.resolve("rates.csv");

    CommandLineRun run =
        CommandLineRun.of(
            "rates",
            directory,
            "--audio",
            clips,
            "--audio-rate",
            100,
            "--rates",
            "1/2,2/3,1,20",
            "--output",
            csv);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("1/2 +50.0000 +adjusted +plain +")
        .containsPattern("1/2 +50.0000 +adjusted +hold +[0-9]+ +100.0 % +100.0 % +6 +[0-9.]+e-")
        .containsPattern("1/2 +50.0000 +native +- +")
        .containsPattern("2/3 +66.6667 +adjusted +hold +");
    assertThat(run.out().lines().filter(line -> line.contains("100.000"))).hasSize(1);
    assertThat(run.err()).contains("20: 2000.0 Hz is outside of the declared range");
    assertThat(Files.readAllLines(csv))
        .hasSize(1 + 3 + 3 + 1)
        .first()
        .asString()
        .startsWith("rate,Hz");
  }

  @Test
  void refusesWhatCannotBeMeasured() throws IOException {
    Path directory = GoldenModel.ofOneInput(dir);
    assertUsage(CommandLineRun.of("rates", directory, "--audio", "none"), "--audio none");
    assertUsage(
        CommandLineRun.of("rates", directory, "--audio", dir, "--rates", "1,0"), "--rates 0");
    assertUsage(
        CommandLineRun.of("rates", directory, "--audio", dir, "--rates", "1/x"), "--rates 1/x");
    Path empty = Files.createDirectory(dir.resolve("empty"));
    assertUsage(CommandLineRun.of("rates", directory, "--audio", empty), "no .wav files");
    CommandLineRun stereo =
        CommandLineRun.of(
            "rates",
            GoldenModel.diagonal(dir),
            "--audio",
            clips(ModelDirectory.read(directory), 100, 1, RateMethod.PLAIN));
    assertThat(stereo.code()).isEqualTo(1);
    assertThat(stereo.err()).contains("has 1 channels; the model takes 2");
  }

  private static void assertUsage(CommandLineRun run, String message) {
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }
}
