/** Recordings and scores in files: WAV and CSV in, CSV and JSON lines out. */
package io.flinkssm.jobs.io;
