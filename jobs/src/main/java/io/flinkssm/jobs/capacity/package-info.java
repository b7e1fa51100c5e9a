/** What a job costs, by calculation from measured unit costs. */
package io.flinkssm.jobs.capacity;
