package io.elanus.pulsar;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.schema.ElanusException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.pulsar.client.admin.Namespaces;
import org.apache.pulsar.client.admin.PulsarAdmin;
import org.apache.pulsar.client.admin.PulsarAdminException;
import org.apache.pulsar.client.admin.PulsarAdminException.NotAuthorizedException;
import org.apache.pulsar.common.policies.data.BacklogQuota;
import org.apache.pulsar.common.policies.data.BacklogQuota.RetentionPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What brokers would drop of a namespace although no reader has acknowledged it, which is all of a
 * log: messages that are old, or more than a quota, and subscriptions that nobody consumes. What a
 * namespace leaves open is as the broker's configuration says.
 */
final class NamespacePolicies {
  private static final System.Logger LOG = System.getLogger(NamespacePolicies.class.getName());

  private final Namespaces namespaces;
  private final String namespace;
  private final Map<String, String> brokers;

  private NamespacePolicies(Namespaces namespaces, String namespace, Map<String, String> brokers) {
    this.namespaces = namespaces;
    this.namespace = namespace;
    this.brokers = brokers;
  }

  /** INVALID_PARAMETER where something of a log may be dropped; who may not ask is only warned. */
  static void check(PulsarAdmin admin, String namespace) throws PulsarAdminException {
    try {
      Map<String, String> brokers = admin.brokers().getRuntimeConfigurations();
      var policies = new NamespacePolicies(admin.namespaces(), namespace, brokers);
      Optional<String> dropping = policies.dropping();
      if (dropping.isPresent()) {
        throw ElanusException.invalid("the namespace's policies let a log expire")
            .with("namespace", namespace)
            .with("policy", dropping.get());
      }
    } catch (NotAuthorizedException secret) {
      LOG.log(
          WARNING,
          "cannot ask whether namespace {0} keeps messages and subscriptions: no message TTL,"
              + " backlog eviction or subscription expiration may be set, reason={1}",
          namespace,
          secret.getMessage());
    }
  }

  private Optional<String> dropping() throws PulsarAdminException {
    if (isSet(namespaces.getNamespaceMessageTTL(namespace), "ttlDurationDefaultInSeconds")) {
      return Optional.of("message TTL");
    }
    if (isSet(
        namespaces.getSubscriptionExpirationTime(namespace), "subscriptionExpirationTimeMinutes")) {
      return Optional.of("subscription expiration");
    }
    return evicts() ? Optional.of("backlog eviction") : Optional.empty();
  }

  /** A zero of the namespace's own switches the broker's off. */
  private boolean isSet(@Nullable Integer own, String ofBrokers) {
    return own == null ? isPositive(ofBrokers) : own > 0;
  }

  private boolean evicts() throws PulsarAdminException {
    Collection<BacklogQuota> quotas = namespaces.getBacklogQuotaMap(namespace).values();
    if (!quotas.isEmpty()) {
      return quotas.stream()
          .anyMatch(quota -> quota.getPolicy() == RetentionPolicy.consumer_backlog_eviction);
    }
    boolean limited =
        isPositive("backlogQuotaDefaultLimitBytes")
            || isPositive("backlogQuotaDefaultLimitGB")
            || isPositive("backlogQuotaDefaultLimitSecond");
    return limited
        && RetentionPolicy.consumer_backlog_eviction
            .name()
            .equals(brokers.get("backlogQuotaDefaultRetentionPolicy"));
  }

  private boolean isPositive(String key) {
    String value = brokers.getOrDefault(key, "0");
    return value.matches("[0-9.]+") && Double.parseDouble(value) > 0;
  }
}
