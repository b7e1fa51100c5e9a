/**
 * Matrix products by ND4J's BLAS where it is on the class path. The build does not know it: its
 * natives are too big for an option.
 */
package io.flinkssm.jobs.blas;
