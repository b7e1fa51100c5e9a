package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.detect.Contender;
import io.flinkssm.benchmarks.detect.Held;
import io.flinkssm.benchmarks.detect.NabFile;
import io.flinkssm.benchmarks.detect.NabProfile;
import io.flinkssm.benchmarks.detect.NabScore;
import io.flinkssm.detect.DetectorConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The detector and Random Cut Forest on the recordings of the Numenta Anomaly Benchmark. */
final class NabSection implements Section {
  private static final DetectorConfig DEFAULTS = DetectorConfig.of(1);

  @Override
  public String name() {
    return "nab";
  }

  @Override
  public String title() {
    return "Numenta Anomaly Benchmark: score at the best threshold for all files, standard profile";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Target target = Target.atLeast(72, "");
    Optional<Path> folder = bench.nab();
    if (folder.isEmpty()) {
      bench.row(
          Row.missing(
              name(),
              "detector, alerts",
              "",
              target,
              "skipped: --nab DIR says where its files are"));
      return;
    }
    List<NabFile> files = NabFile.read(folder.get());
    String data = files.size() + " files";
    NabScore alerts = score(bench, files, Contender.ALERT, 0).get(0);
    bench.row(row(Contender.ALERT.name(), data, target, List.of(alerts)));
    bench.row(atDefault(alerts, data));
    NabScore scores = score(bench, files, Contender.SCORE, 0).get(0);
    bench.row(row(Contender.SCORE.name(), data, null, List.of(scores)));
    int seeds = bench.quick() ? 1 : 3;
    for (Contender forest : Contender.forests().toList()) {
      List<NabScore> raw = new ArrayList<>();
      List<NabScore> held = new ArrayList<>();
      for (int seed = 1; seed <= seeds; seed++) {
        List<NabScore> both = score(bench, files, forest, seed);
        raw.add(both.get(0));
        held.add(both.get(1));
      }
      bench.row(row(forest.name(), data, null, raw));
      bench.row(row(forest.name() + ", held as alerts are", data, null, held));
    }
  }

  /** As scores come, and with the refractory hold that alerts have. */
  private static List<NabScore> score(
      Bench bench, List<NabFile> files, Contender contender, long seed) {
    NabScore raw = new NabScore();
    NabScore held = new NabScore();
    for (NabFile file : files) {
      bench.progress(contender.name() + ", " + file.recording().name());
      double[] scores = file.recording().scoredBy(contender.factory().create(1, seed));
      raw.add(file, scores);
      held.add(file, Held.of(scores, DEFAULTS.refractorySamples()));
    }
    return List.of(raw, held);
  }

  /** The median over seeds, between the lowest and the highest. */
  private Row row(String what, String data, Target target, List<NabScore> scores) {
    double[] standard =
        scores.stream()
            .mapToDouble(s -> s.best(NabProfile.STANDARD).normalized())
            .sorted()
            .toArray();
    NabScore.Result first = scores.get(0).best(NabProfile.STANDARD);
    return new Row(
        name(),
        what,
        data,
        target,
        standard[standard.length / 2],
        standard[0],
        standard[standard.length - 1],
        "",
        "low FP %s, low FN %s; %s"
            .formatted(
                median(scores, NabProfile.LOW_FP),
                median(scores, NabProfile.LOW_FN),
                counts(first)));
  }

  private Row atDefault(NabScore alerts, String data) {
    double threshold = 1 - DEFAULTS.alarmRate();
    NabScore.Result standard = alerts.at(threshold, NabProfile.STANDARD);
    return Row.single(
        name(),
        "detector, alerts, no threshold chosen: 1 − the default alarm rate",
        data,
        null,
        standard.normalized(),
        "",
        "low FP %s, low FN %s; %s"
            .formatted(
                Figures.text(alerts.at(threshold, NabProfile.LOW_FP).normalized(), ""),
                Figures.text(alerts.at(threshold, NabProfile.LOW_FN).normalized(), ""),
                counts(standard)));
  }

  private static String median(List<NabScore> scores, NabProfile profile) {
    double[] sorted =
        scores.stream().mapToDouble(s -> s.best(profile).normalized()).sorted().toArray();
    return Figures.text(sorted[sorted.length / 2], "");
  }

  private static String counts(NabScore.Result result) {
    return "standard: %d of %d windows hit, %d false rows at threshold %.6g"
        .formatted(result.windowsHit(), result.windows(), result.falseRows(), result.threshold());
  }
}
