package io.flinkssm.jobs.compare;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.stream.WindowScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What two models say about the same windows.
 *
 * @param a the first model
 * @param b the second model
 * @param windows windows that both have scored
 * @param onlyA windows that only the first has scored
 * @param onlyB windows that only the second has scored
 * @param agreeing windows with the same label; 0 unless both classify
 * @param confusion how often each label of the first met each label of the second: {@code [labels
 *     of a][labels of b]}; empty unless both classify
 * @param shifts how the scores move from the first to the second: of each class that both know, its
 *     probability; else of each output, if both have as many
 * @param disagreeing windows with different labels, those first where the second is surest
 */
public record Comparison(
    ModelInfo a,
    ModelInfo b,
    int windows,
    int onlyA,
    int onlyB,
    int agreeing,
    int[][] confusion,
    List<Shift> shifts,
    List<Pair> disagreeing) {

  /** One window, scored by both. */
  public record Pair(WindowScore a, WindowScore b) {}

  /**
   * How one value moves.
   *
   * @param name of the class, or number of the output
   * @param differences second minus first of every window, ascending
   */
  public record Shift(String name, double[] differences) {

    /** Mean difference. */
    public double mean() {
      return Arrays.stream(differences).average().orElse(0);
    }

    /**
     * A quantile of the differences.
     *
     * @param q 0 … 1
     */
    public double quantile(double q) {
      return differences[(int) Math.round(q * (differences.length - 1))];
    }
  }

  /** Where a window lies. */
  private record Place(String key, long segmentStartMicros, long start, long end)
      implements Comparable<Place> {
    Place(WindowScore score) {
      this(score.key(), score.segmentStartMicros(), score.startPosition(), score.endPosition());
    }

    @Override
    public int compareTo(Place other) {
      int byKey = key.compareTo(other.key);
      int bySegment = Long.compare(segmentStartMicros, other.segmentStartMicros);
      int byStart = Long.compare(start, other.start);
      return byKey != 0
          ? byKey
          : bySegment != 0 ? bySegment : byStart != 0 ? byStart : Long.compare(end, other.end);
    }
  }

  /** Whether both models classify. */
  public boolean classifies() {
    return confusion.length > 0;
  }

  /** Compares scores, in any order. */
  public static Comparison of(
      ModelInfo a, ModelInfo b, List<WindowScore> ofA, List<WindowScore> ofB) {
    Map<Place, WindowScore> first = new TreeMap<>();
    ofA.forEach(score -> first.put(new Place(score), score));
    List<Pair> pairs = new ArrayList<>();
    Map<Place, WindowScore> second = new TreeMap<>();
    ofB.forEach(score -> second.put(new Place(score), score));
    first.forEach(
        (place, score) -> {
          if (second.containsKey(place)) {
            pairs.add(new Pair(score, second.get(place)));
          }
        });
    boolean classifies =
        a.task() == ModelInfo.Task.CLASSIFICATION && b.task() == ModelInfo.Task.CLASSIFICATION;
    int[][] confusion = classifies ? new int[labels(a).size()][labels(b).size()] : new int[0][];
    List<Pair> disagreeing = new ArrayList<>();
    if (classifies) {
      for (Pair pair : pairs) {
        confusion[labels(a).indexOf(pair.a.label())][labels(b).indexOf(pair.b.label())]++;
        if (!pair.a.label().equals(pair.b.label())) {
          disagreeing.add(pair);
        }
      }
      disagreeing.sort((p, q) -> Double.compare(sureness(q.b), sureness(p.b)));
    }
    return new Comparison(
        a,
        b,
        pairs.size(),
        first.size() - pairs.size(),
        second.size() - pairs.size(),
        classifies ? pairs.size() - disagreeing.size() : 0,
        confusion,
        pairs.isEmpty() ? List.of() : shifts(a, b, pairs, classifies),
        disagreeing);
  }

  /** Names of the classes in output order. */
  static List<String> labels(ModelInfo info) {
    List<String> names = new ArrayList<>(info.labels());
    for (int i = names.size(); i < info.outputSize(); i++) {
      names.add(Integer.toString(i));
    }
    return names;
  }

  /** Probability of the most probable class. */
  static double sureness(WindowScore score) {
    return Arrays.stream(score.probabilities()).max().orElse(0);
  }

  private static List<Shift> shifts(
      ModelInfo a, ModelInfo b, List<Pair> pairs, boolean classifies) {
    Map<String, int[]> values = new LinkedHashMap<>();
    if (classifies) {
      for (String name : labels(a)) {
        if (labels(b).contains(name)) {
          values.put(name, new int[] {labels(a).indexOf(name), labels(b).indexOf(name)});
        }
      }
    } else if (a.outputSize() == b.outputSize()) {
      for (int i = 0; i < a.outputSize(); i++) {
        values.put("output " + i, new int[] {i, i});
      }
    }
    List<Shift> shifts = new ArrayList<>();
    values.forEach(
        (name, at) ->
            shifts.add(
                new Shift(
                    name,
                    pairs.stream()
                        .mapToDouble(
                            pair ->
                                value(pair.b, at[1], classifies) - value(pair.a, at[0], classifies))
                        .sorted()
                        .toArray())));
    return shifts;
  }

  private static double value(WindowScore score, int i, boolean classifies) {
    return classifies ? score.probabilities()[i] : score.outputs()[i];
  }
}
