/** The {@code ssm} command line: {@link io.flinkssm.jobs.cli.Ssm}, and one class a subcommand. */
package io.flinkssm.jobs.cli;
