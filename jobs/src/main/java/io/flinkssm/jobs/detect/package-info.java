/** Detecting anomalies in files, without training and without a cluster, and showing them. */
package io.flinkssm.jobs.detect;
