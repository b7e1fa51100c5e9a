/** Pictures, tables and self-contained HTML pages. */
package io.flinkssm.jobs.report;
