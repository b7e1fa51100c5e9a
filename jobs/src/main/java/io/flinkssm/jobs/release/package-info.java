/** Publishing model releases and showing what is released. */
package io.flinkssm.jobs.release;
