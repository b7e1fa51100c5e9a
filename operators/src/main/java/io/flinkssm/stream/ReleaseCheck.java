package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;

/** Whether a model can do what its release announces. */
public final class ReleaseCheck {

  private ReleaseCheck() {}

  /**
   * Why a release must be refused: what was found, what was expected and the fix; null if it can be
   * used.
   *
   * @param candidate the model at {@link Release#uri()}
   * @param current the model in force until then, or null if there is none
   */
  public static String check(
      Release release, SequenceModel candidate, SequenceModel current, ScoringConfig config) {
    String reason = identity(release, candidate.info());
    if (reason == null) {
      reason = unfit(candidate, config);
    }
    if (reason == null && current != null) {
      reason = misfit(candidate.info(), current.info().inputChannels());
    }
    return reason != null ? reason : policy(release, candidate, current, config);
  }

  /**
   * The same for rescoring, where models need not stream and no state is handed on.
   *
   * @param current the model in force until then
   */
  public static String checkWindows(Release release, ModelInfo candidate, ModelInfo current) {
    String reason = identity(release, candidate);
    return reason != null ? reason : misfit(candidate, current.inputChannels());
  }

  private static String identity(Release release, ModelInfo info) {
    if (!info.name().equals(release.name()) || !info.version().equals(release.version())) {
      return "the directory holds model "
          + info.name()
          + " version "
          + info.version()
          + ", announced is "
          + release.name()
          + " version "
          + release.version()
          + "; release the directory under the name and version of its config.json";
    }
    if (!info.sha256().equals(release.sha256())) {
      return "the weights have sha256 "
          + info.sha256()
          + ", announced is "
          + release.sha256()
          + "; the file was changed or damaged: publish it again, under a new version";
    }
    return null;
  }

  /** Why a model cannot be scored by these rules at all, or null if it can. */
  static String unfit(SequenceModel model, ScoringConfig config) {
    ModelInfo info = model.info();
    if (!model.streams()) {
      return "model "
          + info.name()
          + " cannot be scored sample by sample: "
          + model.whyNotStreaming()
          + "; rescore whole windows with it instead";
    }
    if (config.emit() == ScoringConfig.Emit.LABEL_CHANGE
        && info.task() != ModelInfo.Task.CLASSIFICATION
        && info.task() != ModelInfo.Task.ANOMALY) {
      return "emit.policy=label-change needs a classifier or a detector, but the task of model "
          + info.name()
          + " is "
          + info.task()
          + ": nothing would be emitted; use frame or samples";
    }
    return null;
  }

  /** Why a model cannot take frames of so many channels, or null if it can. */
  static String misfit(ModelInfo info, int channels) {
    return info.inputChannels() == channels
        ? null
        : "the model takes "
            + info.inputChannels()
            + " channels, the one before it "
            + channels
            + ": its frames could not be scored; release it under another name, for a job of its own";
  }

  private static String policy(
      Release release, SequenceModel candidate, SequenceModel current, ScoringConfig config) {
    return switch (release.statePolicy()) {
      case RESET -> null;
      case KEEP ->
          current == null || candidate.sameDynamics(current)
              ? null
              : "the state policy is keep, but Λ, P, B, Δ, the native rate or the pooling differ from"
                  + " those of version "
                  + current.info().version()
                  + ", so that its states mean nothing to the new one; release with warm-start or"
                  + " reset";
      case WARM_START ->
          config.retainMicros() > 0
              ? null
              : "the state policy is warm-start, but ssm.retain is 0, so that there are no samples to"
                  + " start from; set ssm.retain to the memory of the model, or release with reset";
    };
  }
}
