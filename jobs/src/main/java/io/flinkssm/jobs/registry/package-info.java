/** A client of the Confluent schema registry protocol, and Flink's Avro formats on top of it. */
package io.flinkssm.jobs.registry;
