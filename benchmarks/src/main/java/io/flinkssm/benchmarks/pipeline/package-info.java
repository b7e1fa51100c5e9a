/**
 * Measurements of the whole job, Kafka to Kafka: a broker and a Flink cluster in this JVM, the job
 * between two topics that hold a known number of frames.
 */
package io.flinkssm.benchmarks.pipeline;
