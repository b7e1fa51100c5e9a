package io.flinkssm.jobs.cli;

import io.flinkssm.jobs.demo.ClipCatalogue;
import io.flinkssm.jobs.demo.Demo;
import io.flinkssm.jobs.demo.DemoReport;
import io.flinkssm.jobs.demo.DemoResult;
import io.flinkssm.jobs.demo.DemoSummary;
import io.flinkssm.model.SequenceModel;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The whole way, with nothing to install: Kafka, Flink, a model, sound, and a report. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Score spoken digits through Kafka and Flink, and write a report with pictures.",
      "",
      "Starts a Kafka broker and a Flink cluster in this process, plays recordings of ten digits"
          + " for many keys at several sampling rates and gains into a topic, 20 ms a frame,"
          + " scores them with the streaming job, and reads the scores back. Some keys change"
          + " their sampling rate half way. Half way through it all, another version of the model,"
          + " released to the running job, takes over. At the end the rescoring job goes over"
          + " all words in batch. Prints accuracy, throughput, latency, and the largest difference"
          + " between the streaming and the rescored outputs.",
      "",
      "Beside them it plays five minutes of an electrocardiogram at ten times their speed, which"
          + " the detection job watches without a model, and says where its alarms lie.",
      "",
      "Takes about a minute. Nothing is left running, and only the report is left behind."
    },
    footer = {
      "",
      "Examples:",
      "  ssm demo",
      "  ssm demo --report digits.html",
      "  ssm demo --keys 320 --speed 2",
      "  ssm demo --exactly-once",
    })
final class DemoCommand implements Callable<Integer> {

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "Keys to play. Default: 160, every digit at every rate and gain once.")
  private int keys = ClipCatalogue.DISTINCT;

  @Option(
      names = "--speed",
      paramLabel = "X",
      defaultValue = "1",
      description =
          "Multiple of real time; a new key starts every 200 ms of signal. Default: 1. More than"
              + " the machine can score shows up as latency.")
  private double speed;

  @Option(
      names = "--report",
      paramLabel = "HTML",
      defaultValue = "ssm-demo.html",
      description = "Where to write the report. Default: ssm-demo.html.")
  private Path report;

  @Option(
      names = "--exactly-once",
      description =
          "Write scores in transactions, as the job does by default in production. Latency is then"
              + " that of a checkpoint, here one second.")
  private boolean exactlyOnce;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Another model of ten labels, zero to nine. Default: the bundled one.")
  private Path model;

  @Option(
      names = "--samples",
      paramLabel = "DIR",
      description = "Other recordings, 0.wav to 9.wav, 8 kHz. Default: the bundled ones.")
  private Path samples;

  @Option(
      names = "--ecg",
      paramLabel = "DIR",
      description =
          "Another recording of a heart, 208.wav and beats.csv. Default: the bundled one.")
  private Path ecg;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (keys < 1 || keys > 100_000) {
      throw usage("--keys " + keys + ": expected 1 … 100000");
    }
    if (!(speed > 0) || Double.isInfinite(speed)) {
      throw usage("--speed " + speed + ": expected a positive number");
    }
    Outputs.check("--report", report, spec.commandLine());
    Path home = Path.of(System.getProperty("ssm.home", ""));
    Path modelDirectory = model == null ? home.resolve("models/spoken-digits-s4d") : model;
    Path sampleFolder = samples == null ? home.resolve("samples/digits") : samples;
    SequenceModel sequenceModel = Models.read(modelDirectory, spec.commandLine());
    if (!Files.isRegularFile(sampleFolder.resolve("0.wav"))) {
      throw usage(sampleFolder + " has no 0.wav; name a folder of 0.wav to 9.wav with --samples");
    }
    Path ecgFolder = ecg == null ? home.resolve("samples/ecg") : ecg;
    if (!Files.isRegularFile(ecgFolder.resolve("208.wav"))) {
      throw usage(ecgFolder + " has no 208.wav; name a folder that has with --ecg");
    }
    PrintWriter out = spec.commandLine().getOut();
    Progress progress = Progress.on(spec.commandLine().getErr());
    Demo demo = new Demo(modelDirectory, sampleFolder, ecgFolder, keys, speed, exactlyOnce);
    DemoResult result =
        demo.run(
            new Demo.Listener() {
              @Override
              public void step(String what) {
                progress.done(what + " …");
              }

              @Override
              public void progress(String line) {
                progress.update("  " + line);
              }
            });
    out.print(new DemoSummary(result).text());
    new DemoReport(result, sequenceModel).page().write(report);
    out.println("report      " + report.toAbsolutePath());
    return 0;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
