package io.flinkssm.flink;

import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * What scoring gives.
 *
 * @param scores the scores
 * @param rejected the records that could not be used; send them to a topic, or they are lost
 */
public record ScoredStreams(
    SingleOutputStreamOperator<Score> scores, DataStream<Rejection> rejected) {}
