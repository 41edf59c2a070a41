package io.elanus.azure;

import java.util.Optional;

/** By what we may use a container. Secrets are never printed. */
public sealed interface AzureCredentials {
  /**
   * @param text names account and key, or a signature, and the endpoint
   */
  record ConnectionString(String text) implements AzureCredentials {
    @Override
    public String toString() {
      return "ConnectionString[]";
    }
  }

  /** One of the two keys of a storage account. */
  record AccountKey(String account, String key) implements AzureCredentials {
    @Override
    public String toString() {
      return "AccountKey[account=" + account + "]";
    }
  }

  /**
   * @param signature shared access signature, with or without the question mark
   */
  record Sas(String signature) implements AzureCredentials {
    @Override
    public String toString() {
      return "Sas[]";
    }
  }

  /**
   * What the environment says, a workload identity, or the managed identity of the machine, in this
   * order.
   *
   * @param clientId of a managed identity that the user assigned
   */
  record Identity(Optional<String> clientId) implements AzureCredentials {}
}
