package io.flinkssm.flink;

import io.flinkssm.model.KernelSummary;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.WindowScore;
import org.apache.flink.streaming.api.datastream.SideOutputDataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * What rescoring gives.
 *
 * @param scores the scores of windows
 * @param diverged those of them that differ from streaming by more than {@code
 *     rescore.divergence.max}
 * @param kernels a summary of each layer's kernels, for each sampling rate when it is first met
 * @param rejected frames and windows that could not be used; send them to a topic, or they are lost
 */
public record RescoredStreams(
    SingleOutputStreamOperator<WindowScore> scores,
    SideOutputDataStream<WindowScore> diverged,
    SideOutputDataStream<KernelSummary> kernels,
    SideOutputDataStream<Rejection> rejected) {}
