package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.detect.ChangePointScore;
import io.flinkssm.benchmarks.detect.Contender;
import io.flinkssm.benchmarks.detect.NabProfile;
import io.flinkssm.benchmarks.detect.OutlierScore;
import io.flinkssm.benchmarks.detect.Recording;
import io.flinkssm.benchmarks.detect.SkabFile;
import io.flinkssm.detect.DetectorConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The detector and Random Cut Forest on the recordings of the Skoltech Anomaly Benchmark. */
final class SkabSection implements Section {
  private static final long SEED = 1;

  @Override
  public String name() {
    return "skab";
  }

  @Override
  public String title() {
    return "Skoltech Anomaly Benchmark, outlier task: F1 at the best threshold for all files";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Target target = Target.atLeast(0.78, "");
    Optional<Path> folder = bench.skab();
    if (folder.isEmpty()) {
      bench.row(
          Row.missing(
              name(), "detector", "", target, "skipped: --skab DIR says where its files are"));
      return;
    }
    List<SkabFile> files = SkabFile.read(folder.get());
    compare(bench, files, Contender.SCORE, target);
    bench.row(everything(files));
    for (Contender forest : Contender.forests().toList()) {
      compare(bench, files, forest, null);
    }
  }

  private void compare(Bench bench, List<SkabFile> files, Contender contender, Target target) {
    OutlierScore outliers = new OutlierScore();
    ChangePointScore changes = new ChangePointScore();
    for (SkabFile file : files) {
      bench.progress(contender.name() + ", " + file.recording().name());
      Recording recording = file.recording();
      double[] scores = recording.scoredBy(contender.factory().create(recording.channels(), SEED));
      outliers.add(file, scores);
      changes.add(file, scores);
    }
    String data = files.size() + " files";
    bench.row(row(contender.name(), data, target, outliers.best(), changes));
    if (!contender.random()) {
      double threshold = 1 - DetectorConfig.of(1).alarmRate();
      String what = contender.name() + ", no threshold chosen: 1 − the default alarm rate";
      bench.row(row(what, data, null, outliers.at(threshold), changes));
    }
  }

  /** What a detector gets that knows nothing. */
  private Row everything(List<SkabFile> files) {
    OutlierScore outliers = new OutlierScore();
    for (SkabFile file : files) {
      outliers.add(file, new double[file.recording().length()]);
    }
    double f1 = outliers.at(0).f1();
    String data = files.size() + " files";
    return Row.single(name(), "every row alarmed", data, null, f1, "", "for comparison");
  }

  private Row row(
      String what,
      String data,
      Target target,
      OutlierScore.Result result,
      ChangePointScore changes) {
    return Row.single(
        name(),
        what,
        data,
        target,
        result.f1(),
        "",
        "%s of normal rows alarmed, %s of anomalous ones missed at threshold %.6g; change points, each at its best: standard %s, low FP %s, low FN %s"
            .formatted(
                Figures.text(100 * result.falseAlarms(), "%"),
                Figures.text(100 * result.missed(), "%"),
                result.threshold(),
                best(changes, NabProfile.STANDARD),
                best(changes, NabProfile.LOW_FP),
                best(changes, NabProfile.LOW_FN)));
  }

  private static String best(ChangePointScore changes, NabProfile profile) {
    return Figures.text(changes.best(profile).normalized(), "");
  }
}
