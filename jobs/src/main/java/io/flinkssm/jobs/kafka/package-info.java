/**
 * The topics: records to and from the stream's objects, and a broker inside this JVM for
 * demonstrations and tests.
 */
package io.flinkssm.jobs.kafka;
