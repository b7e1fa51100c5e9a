/**
 * Anomaly detection that needs no training: a bank of state space modes as the memory of a signal,
 * an online readout, and calibrated evidence.
 *
 * <p>Start at {@link io.flinkssm.detect.Detector}. It is a {@link io.flinkssm.model.SequenceModel},
 * so that all that scores models runs detectors, too; what it learns lies in the one flat state of
 * a key. {@link io.flinkssm.detect.Evidence} says what is looked at, {@link
 * io.flinkssm.detect.Anomaly} what comes out.
 */
package io.flinkssm.detect;
