/** Scoring files with the streaming operator, on a Flink cluster in this JVM. */
package io.flinkssm.jobs.local;
