/**
 * What a classifier's accuracy becomes at other sampling rates, measured on labelled recordings.
 */
package io.flinkssm.jobs.rates;
