package io.elanus.kafka;

import io.elanus.brokers.Place;
import io.elanus.brokers.Topic;
import io.elanus.brokers.Topics;
import io.elanus.log.LogLimits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of a store: created, listed, cut and deleted. */
final class KafkaTopics implements Topics {
  /** The broker gives space back in files of this size. */
  private static final int FILE_BYTES = 64 << 20;

  private static final long LOOK_MILLIS = 20;

  private final Admin admin;
  private final KafkaClients clients;
  private final KafkaOptions options;

  KafkaTopics(KafkaClients clients, KafkaOptions options) {
    this.admin = clients.admin();
    this.clients = clients;
    this.options = options;
  }

  private String topicOf(String channel) {
    return options.topicPrefix() + channel;
  }

  @Override
  public Topic open(String channel) {
    String topic = topicOf(channel);
    create(topic);
    return new KafkaTopic(topic, this, clients);
  }

  /** Creates a topic that does not exist; one that does must have one partition. */
  private void create(String topic) {
    long deadline = deadline();
    while (true) {
      Optional<TopicDescription> found = describe(topic);
      if (found.isPresent()) {
        check(found.get());
        return;
      }
      try {
        admin.createTopics(List.of(newTopic(topic))).all().get();
      } catch (ExecutionException failure) {
        if (!(failure.getCause() instanceof TopicExistsException)) {
          throw KafkaErrors.of(failure, "create", topic);
        }
      } catch (InterruptedException interrupted) {
        throw interrupted(interrupted, "create", topic);
      }
      pause(deadline, "create", topic);
    }
  }

  private static void check(TopicDescription found) {
    if (found.partitions().size() != 1) {
      throw new ElanusException(
              ErrorCode.DATA_INTEGRITY, "a topic of the log must have one partition")
          .with("topic", found.name())
          .with("partitions", found.partitions().size());
    }
  }

  private NewTopic newTopic(String topic) {
    int recordBytes = options.maxRecordBytes() + KafkaClients.REQUEST_ROOM_BYTES;
    Map<String, String> config = new HashMap<>();
    config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
    config.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
    config.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
    config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(recordBytes));
    config.put(
        TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(Math.max(FILE_BYTES, recordBytes)));
    config.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
    if (options.topics().minInSyncReplicas() > 0) {
      config.put(
          TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
          Integer.toString(options.topics().minInSyncReplicas()));
    }
    return new NewTopic(topic, 1, options.topics().replication()).configs(config);
  }

  private Optional<TopicDescription> describe(String topic) {
    try {
      return Optional.ofNullable(
          admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw KafkaErrors.of(failure, "describe", topic);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted, "describe", topic);
    }
  }

  @Override
  public void delete(String channel) {
    String topic = topicOf(channel);
    try {
      admin.deleteTopics(List.of(topic)).all().get();
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof UnknownTopicOrPartitionException) {
        return;
      }
      throw KafkaErrors.of(failure, "delete", topic);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted, "delete", topic);
    }
    long deadline = deadline();
    while (describe(topic).isPresent()) {
      pause(deadline, "delete", topic);
    }
  }

  @Override
  public List<String> channels() {
    String prefix = options.topicPrefix();
    return get(admin.listTopics().names(), "list", prefix).stream()
        .filter(topic -> topic.startsWith(prefix))
        .map(topic -> topic.substring(prefix.length()))
        .filter(LogLimits::isChannel)
        .sorted()
        .toList();
  }

  /** What the only partition of a topic holds. */
  Topic.Retained retained(String topic) {
    long begin = offset(topic, OffsetSpec.earliest());
    long end = offset(topic, OffsetSpec.latest());
    Optional<Place> last = end > begin ? Optional.of(Place.ofOffset(end - 1)) : Optional.empty();
    return new Topic.Retained(Place.ofOffset(begin), last, begin == 0);
  }

  private long offset(String topic, OffsetSpec which) {
    var partition = new TopicPartition(topic, 0);
    var asked = admin.listOffsets(Map.of(partition, which)).partitionResult(partition);
    return get(asked, "find the offsets", topic).offset();
  }

  /** Nothing below an offset can be read any more. */
  void cutBelow(String topic, long offset) {
    var partition = new TopicPartition(topic, 0);
    get(
        admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all(),
        "cut",
        topic);
  }

  @Override
  public boolean reachable(Duration within) {
    var options = new DescribeClusterOptions().timeoutMs((int) within.toMillis());
    try {
      return !admin.describeCluster(options).nodes().get().isEmpty();
    } catch (ExecutionException away) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static <T> T get(KafkaFuture<T> answer, String operation, String topic) {
    try {
      return answer.get();
    } catch (ExecutionException failure) {
      throw KafkaErrors.of(failure, operation, topic);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted, operation, topic);
    }
  }

  private static ElanusException interrupted(
      InterruptedException interrupted, String operation, String topic) {
    Thread.currentThread().interrupt();
    return KafkaErrors.of(interrupted, operation, topic);
  }

  private long deadline() {
    return System.nanoTime() + options.timeouts().delivery().toNanos();
  }

  private static void pause(long deadline, String operation, String topic) {
    if (System.nanoTime() > deadline) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "the brokers did not agree in time")
          .with("operation", operation)
          .with("topic", topic);
    }
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted, operation, topic);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
