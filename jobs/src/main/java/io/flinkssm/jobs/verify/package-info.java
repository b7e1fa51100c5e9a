/** Models held against stored outputs of the reference code. */
package io.flinkssm.jobs.verify;
