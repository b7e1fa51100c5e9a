/** Position-wise parts of networks, and pooling over time: what families share. */
package io.flinkssm.model.layers;
