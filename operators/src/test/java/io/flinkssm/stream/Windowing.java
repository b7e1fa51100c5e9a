package io.flinkssm.stream;

import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Assembles and rescores the windows of one key at once, as soon as they are complete. */
final class Windowing<A> {
  final Collected collected = new Collected();
  final List<WindowScore> scores = new ArrayList<>();
  final List<String> refused = new ArrayList<>();
  final List<String> plans = new ArrayList<>();
  final Map<Long, SamplePiece> log = new TreeMap<>();
  final WindowAssembler assembler;
  final WindowRescorer<A> rescorer;
  List<Score> streamed = List.of();
  KeyState<?> clock;
  KeyWindows windows = KeyWindows.EMPTY;
  private CarriedState carried;

  Windowing(
      SequenceModel model,
      Kernels<A> kernels,
      ScoringConfig config,
      WindowRules rules,
      ConvolutionMethod method) {
    rescorer = new WindowRescorer<>(model, kernels, RateMethod.AUTO, method, rules, plans::add);
    assembler = new WindowAssembler(model.info(), config, rules, collected, rescorer::at);
  }

  Windowing<A> add(List<Frame> frames) {
    for (Frame frame : frames) {
      if (assembler.check(frame, collected::reject)) {
        took(assembler.add(clock, windows, frame, log::put, collected::reject));
      }
    }
    return this;
  }

  Windowing<A> end() {
    took(assembler.end(clock, "k", windows));
    return this;
  }

  private void took(WindowAssembler.Step step) {
    clock = step.clock() == null ? clock : step.clock();
    windows = step.windows();
    while (!windows.pending().isEmpty()) {
      Window window = windows.pending().get(0);
      List<Score> within =
          streamed.stream()
              .filter(s -> s.segmentStartMicros() == window.segmentStartMicros())
              .filter(s -> s.position() > window.position())
              .filter(s -> s.position() <= window.endPosition())
              .sorted(Comparator.comparingLong(Score::position))
              .toList();
      WindowRescorer.Result result =
          rescorer.score(
              "k", window, windows.logStart(), List.copyOf(log.values()), carried, within);
      carried = result.carried();
      if (result.score() == null) {
        refused.add(result.rejection().message());
      } else {
        scores.add(result.score());
      }
      windows = windows.withoutFirst();
      long start = windows.logStart();
      while (!log.isEmpty() && start + log.get(start).length() <= windows.needed()) {
        start += log.remove(start).length();
      }
      windows = windows.keptFrom(start);
    }
  }

  /** What the windows are, without what the model says. */
  List<String> shapes() {
    return scores.stream()
        .map(s -> s.startPosition() + ".." + s.endPosition() + (s.endOfSegment() ? " end" : ""))
        .toList();
  }
}
