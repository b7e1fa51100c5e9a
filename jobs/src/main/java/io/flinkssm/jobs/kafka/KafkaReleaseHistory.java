package io.flinkssm.jobs.kafka;

import io.flinkssm.flink.ReleaseHistory;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.types.Either;

/**
 * The releases that stand in the control topic now. Records that are no releases are left to the
 * job's source of the topic, which rejects each of them once.
 *
 * @param log the control topic
 */
public record KafkaReleaseHistory(ReleaseLog log) implements ReleaseHistory {

  @Override
  public List<Release> read() throws IOException {
    List<Release> releases = new ArrayList<>();
    for (Either<Release, Rejection> entry : log.read()) {
      if (entry.isLeft()) {
        releases.add(entry.left());
      }
    }
    return releases;
  }
}
