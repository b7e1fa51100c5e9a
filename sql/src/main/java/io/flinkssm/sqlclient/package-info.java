/** Flink's own SQL client with a cluster of its own: what {@code ssm sql} starts. */
package io.flinkssm.sqlclient;
