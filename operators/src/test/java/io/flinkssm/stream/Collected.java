package io.flinkssm.stream;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Keeps everything that scoring says and counts. */
final class Collected implements ScoringSink, ScoringCounters {
  final List<Score> scores = new ArrayList<>();
  final List<Rejection> rejections = new ArrayList<>();
  final Map<Rejection.Reason, Integer> rejected = new EnumMap<>(Rejection.Reason.class);
  long samplesScored;
  long samplesLate;
  long samplesDuplicate;
  long overlaps;
  long overlapSamples;
  long gaps;
  long gapSamples;
  long resets;
  long nonFinite;
  long rediscretizations;
  final List<Integer> aliasedModes = new ArrayList<>();
  long modelSwitches;
  long modelsRejected;
  long partialWarmStarts;

  @Override
  public void score(Score score) {
    scores.add(score);
  }

  @Override
  public void reject(Rejection rejection) {
    rejections.add(rejection);
  }

  @Override
  public void samplesScored(long samples) {
    samplesScored += samples;
  }

  @Override
  public void samplesLate(long samples) {
    samplesLate += samples;
  }

  @Override
  public void samplesDuplicate(long samples) {
    samplesDuplicate += samples;
  }

  @Override
  public void overlapTrimmed(long samples) {
    overlaps++;
    overlapSamples += samples;
  }

  @Override
  public void gapBridged(long samples) {
    gaps++;
    gapSamples += samples;
  }

  @Override
  public void stateReset() {
    resets++;
  }

  @Override
  public void nonFiniteInput(long values) {
    nonFinite += values;
  }

  @Override
  public void rediscretization() {
    rediscretizations++;
  }

  @Override
  public void aliasedModes(int modes) {
    aliasedModes.add(modes);
  }

  @Override
  public void rejected(Rejection.Reason reason) {
    rejected.merge(reason, 1, Integer::sum);
  }

  @Override
  public void modelSwitch() {
    modelSwitches++;
  }

  @Override
  public void modelRejected() {
    modelsRejected++;
  }

  @Override
  public void warmStartPartial() {
    partialWarmStarts++;
  }
}
