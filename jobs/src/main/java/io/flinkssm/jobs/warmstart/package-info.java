/** Writing savepoints that a scoring job starts warm from. */
package io.flinkssm.jobs.warmstart;
