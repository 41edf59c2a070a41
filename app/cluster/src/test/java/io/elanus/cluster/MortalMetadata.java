package io.elanus.cluster;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Lease;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.metadata.Watch;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * One process's connection to a store that several share. When the process dies, its leases run out
 * and it reaches the store no more.
 */
final class MortalMetadata implements MetadataStore {
  private final MetadataStore shared;
  private final List<Lease> leases = new CopyOnWriteArrayList<>();
  private volatile boolean dead;

  MortalMetadata(MetadataStore shared) {
    this.shared = shared;
  }

  void die() {
    dead = true;
    leases.forEach(Lease::close);
  }

  private void check() {
    if (dead) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "metadata cannot be reached");
    }
  }

  @Override
  public Optional<Versioned> get(String key) {
    check();
    return shared.get(key);
  }

  @Override
  public SortedMap<String, Versioned> range(String prefix) {
    check();
    return shared.range(prefix);
  }

  @Override
  public CommitResult commit(Transaction transaction) {
    check();
    return shared.commit(transaction);
  }

  @Override
  public Watch watch(String prefix, Consumer<List<KeyChange>> listener) {
    check();
    return shared.watch(
        prefix,
        changes -> {
          if (!dead) {
            listener.accept(changes);
          }
        });
  }

  @Override
  public Lease lease(String key, byte[] value, Duration ttl) {
    check();
    Lease lease = shared.lease(key, value, ttl);
    leases.add(lease);
    return lease;
  }

  @Override
  public void close() {
    die();
  }
}
