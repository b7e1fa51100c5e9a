/** Two models on the same windows, side by side. */
package io.flinkssm.jobs.compare;
