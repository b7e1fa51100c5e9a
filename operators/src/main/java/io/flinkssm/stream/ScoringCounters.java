package io.flinkssm.stream;

/** Counts every decision that scoring takes; nothing is lost without one of these rising. */
public interface ScoringCounters {

  /** Counts nothing. */
  ScoringCounters NONE =
      new ScoringCounters() {
        @Override
        public void samplesScored(long samples) {}

        @Override
        public void samplesLate(long samples) {}

        @Override
        public void samplesDuplicate(long samples) {}

        @Override
        public void overlapTrimmed(long samples) {}

        @Override
        public void gapBridged(long samples) {}

        @Override
        public void stateReset() {}

        @Override
        public void nonFiniteInput(long values) {}

        @Override
        public void rediscretization() {}

        @Override
        public void aliasedModes(int modes) {}

        @Override
        public void rejected(Rejection.Reason reason) {}

        @Override
        public void modelSwitch() {}

        @Override
        public void modelRejected() {}

        @Override
        public void warmStartPartial() {}
      };

  /** Received samples that the state has consumed. */
  void samplesScored(long samples);

  /** Samples of frames that were rejected because all of their time has passed. */
  void samplesLate(long samples);

  /** Samples of a frame that was dropped because the same frame was consumed before. */
  void samplesDuplicate(long samples);

  /** One frame whose first samples had been received before and were cut off. */
  void overlapTrimmed(long samples);

  /** One gap filled by the gap policy. */
  void gapBridged(long samples);

  /** One state given up: by a gap above the limit, by idleness, or by a change of model. */
  void stateReset();

  /** Values that were NaN or infinite. */
  void nonFiniteInput(long values);

  /** One change of the sampling rate within a segment. */
  void rediscretization();

  /** A sampling rate came into use at which so many modes of the model alias. */
  void aliasedModes(int modes);

  /** One rejected record. */
  void rejected(Rejection.Reason reason);

  /** One open segment of a key that another model took over or, by policy, ended. */
  void modelSwitch();

  /** One model release that cannot be used. */
  void modelRejected();

  /** One state that a new model computed from less than the whole segment, so approximately. */
  void warmStartPartial();
}
