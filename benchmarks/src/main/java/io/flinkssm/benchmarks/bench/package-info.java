/**
 * What {@code ssm bench} does: it runs every row of the table of performance targets, each beside
 * its reference in the same run, and writes a page that shows both.
 *
 * <p>A {@link io.flinkssm.benchmarks.bench.Section} measures a few rows in a JVM of its own,
 * because what the compiler has seen before changes what it makes of the next loop.
 */
package io.flinkssm.benchmarks.bench;
