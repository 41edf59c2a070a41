package io.elanus.pulsar;

import static java.lang.System.Logger.Level.ERROR;

import io.elanus.brokers.Place;
import io.elanus.brokers.Topic;
import io.elanus.brokers.Topic.Retained;
import io.elanus.brokers.Topics;
import io.elanus.log.LogLimits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pulsar.client.admin.PulsarAdminException;
import org.apache.pulsar.client.admin.PulsarAdminException.ConflictException;
import org.apache.pulsar.client.admin.PulsarAdminException.NotFoundException;
import org.apache.pulsar.client.api.MessageId;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.impl.MessageIdImpl;
import org.apache.pulsar.common.policies.data.ManagedLedgerInternalStats.CursorStats;
import org.apache.pulsar.common.policies.data.PersistentTopicInternalStats;

/**
 * The topics of a store: created, listed, cut and deleted.
 *
 * <p>Each has a durable subscription from its first message on, {@value #SUBSCRIPTION}, that has no
 * consumer: brokers retain what a subscription has not acknowledged, and do not take a topic that
 * has one for unused. A cut moves its cursor; what is behind the cursor goes in whole ledgers, in
 * the broker's time.
 */
final class PulsarTopics implements Topics {
  static final String SUBSCRIPTION = "elanus-log";

  private static final System.Logger LOG = System.getLogger(PulsarTopics.class.getName());

  private final PulsarClients clients;
  private final PulsarOptions options;
  private final org.apache.pulsar.client.admin.Topics admin;

  private PulsarTopics(PulsarClients clients, PulsarOptions options) {
    this.clients = clients;
    this.options = options;
    this.admin = clients.admin().topics();
  }

  static PulsarTopics open(PulsarOptions options) {
    return new PulsarTopics(PulsarClients.open(options), options);
  }

  private String topicOf(String channel) {
    return namePrefix() + channel;
  }

  private String namePrefix() {
    return "persistent://" + options.namespace() + "/" + options.topicPrefix();
  }

  @Override
  public Topic open(String channel) {
    String topic = topicOf(channel);
    create(topic);
    return new PulsarTopic(topic, this, clients);
  }

  /** Creates topic and subscription where they do not exist. */
  private void create(String topic) {
    try {
      Optional<PersistentTopicInternalStats> there = stats(topic);
      if (there.isPresent() && there.get().cursors.containsKey(SUBSCRIPTION)) {
        return;
      }
      NamespacePolicies.check(clients.admin(), options.namespace());
      if (there.isPresent() && there.get().numberOfEntries > 0) {
        LOG.log(
            ERROR,
            "the subscription that retains a log was gone and is made again, topic={0}: what brokers"
                + " dropped meanwhile is missed by who reads it",
            topic);
      }
      ignoreConflict(() -> admin.createNonPartitionedTopic(topic));
      ignoreConflict(() -> admin.createSubscription(topic, SUBSCRIPTION, MessageId.earliest));
    } catch (PulsarAdminException failure) {
      throw PulsarErrors.of(failure, "create", topic);
    }
  }

  private interface AdminCall {
    void run() throws PulsarAdminException;
  }

  /** Another process may have been first. */
  private static void ignoreConflict(AdminCall call) throws PulsarAdminException {
    try {
      call.run();
    } catch (ConflictException exists) {
      return;
    }
  }

  private Optional<PersistentTopicInternalStats> stats(String topic) throws PulsarAdminException {
    try {
      return Optional.of(admin.getInternalStats(topic));
    } catch (NotFoundException missing) {
      return Optional.empty();
    }
  }

  /** What a topic holds from the subscription's cursor on. */
  Retained retained(String topic) {
    try {
      PersistentTopicInternalStats stats = admin.getInternalStats(topic);
      CursorStats cursor = stats.cursors.get(SUBSCRIPTION);
      if (cursor == null) {
        throw new ElanusException(
                ErrorCode.DATA_INTEGRITY, "the subscription that retains the log is missing")
            .with("topic", topic)
            .with("subscription", SUBSCRIPTION);
      }
      Place first = place(cursor.markDeletePosition).next();
      Place last = place(stats.lastConfirmedEntry);
      return new Retained(first, last.entry() < 0 ? Optional.empty() : Optional.of(last), false);
    } catch (PulsarAdminException failure) {
      throw PulsarErrors.of(failure, "look at", topic);
    }
  }

  /**
   * @param position {@code ledger:entry}; entry -1 is in front of a ledger's first
   */
  private static Place place(String position) {
    int colon = position.indexOf(':');
    return new Place(
        Long.parseLong(position.substring(0, colon)),
        Long.parseLong(position.substring(colon + 1)));
  }

  /** The cursor is never moved back: another process may have cut more. */
  void cutBelow(String topic, Place place) {
    if (retained(topic).first().compareTo(place) >= 0) {
      return;
    }
    try {
      admin.resetCursor(
          topic, SUBSCRIPTION, new MessageIdImpl(place.ledger(), place.entry(), -1), false);
    } catch (PulsarAdminException failure) {
      throw PulsarErrors.of(failure, "cut", topic);
    }
  }

  @Override
  public void delete(String channel) {
    String topic = topicOf(channel);
    try {
      admin.delete(topic, true);
    } catch (NotFoundException missing) {
      return;
    } catch (PulsarAdminException failure) {
      throw PulsarErrors.of(failure, "delete", topic);
    }
  }

  @Override
  public List<String> channels() {
    String prefix = namePrefix();
    try {
      return admin.getList(options.namespace()).stream()
          .filter(topic -> topic.startsWith(prefix))
          .map(topic -> topic.substring(prefix.length()))
          .filter(LogLimits::isChannel)
          .sorted()
          .toList();
    } catch (PulsarAdminException failure) {
      throw PulsarErrors.of(failure, "list", prefix);
    }
  }

  /** Whether a broker says anything of a topic, be it that there is none. */
  @Override
  public boolean reachable(Duration within) {
    try {
      clients
          .client()
          .getPartitionsForTopic(namePrefix() + "any", false)
          .get(within.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException failure) {
      return failure.getCause() instanceof PulsarClientException.NotFoundException
          || failure.getCause() instanceof PulsarClientException.TopicDoesNotExistException;
    } catch (TimeoutException away) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    clients.close();
  }
}
