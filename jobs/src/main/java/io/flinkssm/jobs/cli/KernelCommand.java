package io.flinkssm.jobs.cli;

import io.flinkssm.jobs.report.KernelPlot;
import io.flinkssm.model.LayerKernels;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import io.flinkssm.ssm.RateMethod;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes or draws the convolution kernels of one layer. */
@Command(
    name = "kernel",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Write or draw the convolution kernels of a layer.",
      "",
      "A state space layer is a convolution: tap l of a kernel is its response l steps after an"
          + " impulse. Kernels show what a layer listens for and how long it remembers. The skip"
          + " weight D is not part of them.",
      "",
      "At another --rate the same continuous kernel is sampled anew; no weight changes."
    },
    footer = {
      "",
      "Examples:",
      "  ssm kernel --model models/spoken-digits-s4d --layer 0 --length 400 --plot layer0.png",
      "  ssm kernel --model models/spoken-digits-s4d --length 64 --rate 8000 --output taps.csv",
      "  ssm kernel --model models/spoken-digits-s4d --length 8 | head -3"
    })
final class KernelCommand implements Callable<Integer> {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Folder with config.json and model.safetensors.")
  private Path directory;

  @Option(
      names = "--layer",
      paramLabel = "I",
      defaultValue = "0",
      description = "Layer, counted from 0 as `ssm inspect` does. Default: 0.")
  private int layerIndex;

  @Option(
      names = "--length",
      paramLabel = "L",
      defaultValue = "1024",
      description = "Taps of each kernel. Default: 1024.")
  private int length;

  @Option(
      names = "--rate",
      paramLabel = "HZ",
      description = "Sampling rate. Default: the model's native rate.")
  private Double rateHz;

  @Option(
      names = "--rate-method",
      paramLabel = "M",
      defaultValue = "auto",
      description =
          "plain, hold or auto: what is made of a --rate below the native one; see"
              + " docs/sampling-rate.md. Default: auto, as when scoring.")
  private RateMethod method;

  @Option(names = "--plot", paramLabel = "PNG", description = "Draw the kernels into this file.")
  private Path plot;

  @Option(
      names = "--output",
      paramLabel = "CSV",
      description =
          "Write the taps to this file. Default: standard output, unless --plot is given.")
  private Path output;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Outputs.check("--plot", plot, spec.commandLine());
    Outputs.check("--output", output, spec.commandLine());
    SequenceModel model = Models.read(directory, spec.commandLine());
    List<StateSpaceLayer> layers = model.stateSpaces();
    if (layerIndex < 0 || layerIndex >= layers.size()) {
      throw usage("--layer " + layerIndex + ": the model has layers 0 … " + (layers.size() - 1));
    }
    StateSpaceLayer layer = layers.get(layerIndex);
    double nativeHz = model.info().sampleRateHz();
    double rate = rateHz == null ? nativeHz : rateHz;
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw usage("--rate " + rate + ": expected a positive, finite rate in Hz");
    }
    int most = LayerKernels.mostTaps(layer);
    if (length < 1 || length > most) {
      throw usage("--length " + length + ": expected 1 … " + most);
    }
    LayerKernels kernels = LayerKernels.of(model.info(), layer, rate, method, length);
    if (plot != null) {
      Files.write(
          plot,
          KernelPlot.png(
              layer.name(), kernels.taps(), kernels.channels(), length, kernels.secondsPerTap()));
      spec.commandLine().getErr().println("kernels drawn into " + plot);
    }
    if (output != null) {
      try (Writer out = Files.newBufferedWriter(output)) {
        write(out, kernels);
      }
      spec.commandLine().getErr().println(length + " taps written to " + output);
    } else if (plot == null) {
      PrintWriter out = spec.commandLine().getOut();
      write(out, kernels);
      out.flush();
    }
    return 0;
  }

  /** One row a tap, one column a channel (and head, if there are several). */
  private static void write(Writer out, LayerKernels kernels) throws IOException {
    CSVPrinter csv =
        new CSVPrinter(out, CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get());
    int channels = kernels.channels();
    List<String> header = new ArrayList<>(List.of("tap", "seconds"));
    for (int column = 0; column < kernels.columns(); column++) {
      String channel = "channel_" + column % channels;
      header.add(
          kernels.columns() == channels ? channel : "head_" + column / channels + "_" + channel);
    }
    csv.printRecord(header);
    for (int tap = 0; tap < kernels.length(); tap++) {
      csv.print(tap);
      csv.print(tap * kernels.secondsPerTap());
      for (int column = 0; column < kernels.columns(); column++) {
        csv.print(kernels.taps()[column * kernels.length() + tap]);
      }
      csv.println();
    }
    csv.flush();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
