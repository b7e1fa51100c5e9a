/**
 * Scoring as a keyed Flink operator: start at {@link io.flinkssm.flink.SsmScoring}. This package
 * holds Flink's life cycle, state, timers and metrics; what happens to a frame is decided in {@link
 * io.flinkssm.stream}.
 */
package io.flinkssm.flink;
