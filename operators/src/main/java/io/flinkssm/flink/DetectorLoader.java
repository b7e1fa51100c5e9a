package io.flinkssm.flink;

import io.flinkssm.detect.Detector;
import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.detect.ForecastDetector;
import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.SequenceModel;
import java.io.IOException;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Makes the detector where the operator runs.
 *
 * @param config of the detector; its channels are of no account if there is a forecaster
 * @param forecaster URI of the model directory of one, or null
 * @param channels that the forecaster is to have, or null for whatever it has
 */
record DetectorLoader(DetectorConfig config, String forecaster, Integer channels)
    implements ModelLoader {

  /** The detector of a configuration. */
  static DetectorLoader of(ReadableConfig options) {
    return new DetectorLoader(
        DetectionOptions.detector(options),
        options.getOptional(ScoringOptions.MODEL_PATH).orElse(null),
        options.getOptional(DetectionOptions.CHANNELS).orElse(null));
  }

  /** Says all that the detector is made from: models are shared by their URI. */
  String uri() {
    return forecaster == null ? config.toString() : forecaster + ", watched by " + config;
  }

  @Override
  public SequenceModel load(String uri) throws IOException {
    if (forecaster == null) {
      return Detector.of(config);
    }
    SequenceModel model = ModelLoader.ofFileSystem().load(forecaster);
    if (channels != null && channels != model.info().inputChannels()) {
      throw new InvalidModelException(
          forecaster
              + ": the model takes "
              + model.info().inputChannels()
              + " channels, but "
              + DetectionOptions.CHANNELS.key()
              + " is "
              + channels
              + "; leave the option out, the model says how many there are");
    }
    return ForecastDetector.of(model, config);
  }
}
