/**
 * The demonstration: {@link io.flinkssm.jobs.demo.Demo} plays clips into Kafka, lets the scoring
 * job score them, collects the scores, and reports.
 */
package io.flinkssm.jobs.demo;
