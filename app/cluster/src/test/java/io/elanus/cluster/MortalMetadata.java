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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * One process's connection to a store that several share. When the process dies, its leases run out
 * and it reaches the store no more. While the store is away, nothing is held, reached or heard of.
 */
final class MortalMetadata implements MetadataStore {
  private final MetadataStore shared;
  private final List<Held> leases = new CopyOnWriteArrayList<>();
  private final List<Runnable> unheard = new ArrayList<>();
  private volatile boolean dead;
  private volatile boolean away;

  private final class Held implements Lease {
    private final Lease lease;

    Held(Lease lease) {
      this.lease = lease;
    }

    @Override
    public boolean held() {
      return !away && lease.held();
    }

    /** Nobody is told while the store is away. */
    @Override
    public boolean isOver() {
      return !away && lease.isOver();
    }

    @Override
    public void close() {
      leases.remove(this);
      lease.close();
    }
  }

  MortalMetadata(MetadataStore shared) {
    this.shared = shared;
  }

  void die() {
    dead = true;
    expire();
  }

  /** Its leases run out. */
  void expire() {
    leases.forEach(Lease::close);
  }

  void leave() {
    away = true;
  }

  /** It hears of what happened, in its order. */
  void comeBack() {
    synchronized (unheard) {
      unheard.forEach(Runnable::run);
      unheard.clear();
      away = false;
    }
  }

  private void hear(Runnable news) {
    synchronized (unheard) {
      if (away) {
        unheard.add(news);
      } else if (!dead) {
        news.run();
      }
    }
  }

  private void check() {
    if (dead || away) {
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
    return shared.watch(prefix, changes -> hear(() -> listener.accept(changes)));
  }

  @Override
  public Lease lease(String key, byte[] value, Duration ttl) {
    check();
    Held lease = new Held(shared.lease(key, value, ttl));
    leases.add(lease);
    return lease;
  }

  @Override
  public void close() {
    die();
  }
}
