/** Topics as tables of Flink SQL, and the tables of {@code ssm sql}. */
package io.flinkssm.jobs.sql;
