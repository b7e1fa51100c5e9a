/**
 * Anomaly detection against labelled recordings and against Random Cut Forest: the recordings, the
 * detectors that are compared, and the rules by which benchmarks score them.
 */
package io.flinkssm.benchmarks.detect;
