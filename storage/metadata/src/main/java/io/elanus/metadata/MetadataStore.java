package io.elanus.metadata;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * An ordered map of keys to small values. Every committed transaction gets a larger revision than
 * the one before; a key carries the revision of the transaction that last wrote it. Reads are
 * linearizable with commits. A store is local, its files owned by this process, or shared, on a
 * server that the stores of many processes speak to.
 *
 * <p>Keys are 1–1,024 characters without control characters, values at most 1 MiB; anything else is
 * INVALID_PARAMETER. I/O errors of a local store are those of the log: DISK_LIMIT (nothing was
 * committed), IO_FAILED (unknown; the store refuses commits until it is opened anew),
 * DATA_INTEGRITY. A shared store that cannot reach its server is UNAVAILABLE, and can be used again
 * as soon as it can; only a commit whose answer was lost, and of which nothing could be found out
 * in time, leaves its outcome open, and its sentence says so.
 */
public interface MetadataStore extends AutoCloseable {
  Optional<Versioned> get(String key);

  /** All keys that begin with {@code prefix}, from one revision; the empty prefix is everything. */
  SortedMap<String, Versioned> range(String prefix);

  /** Checks all conditions, then applies all changes, durably, or nothing. */
  CommitResult commit(Transaction transaction);

  /**
   * Calls the listener with the changes of each transaction committed from now on that touch the
   * prefix, in commit order, one call at a time. The call is made outside of the store's lock, on a
   * thread of the store or of a committer, perhaps some time after the commit was answered; it must
   * be quick and may use the store. Two watches do not wait for each other.
   *
   * <p>A shared store goes on by itself after it was cut off from its server. If the server no
   * longer knows each transaction that was missed, what they did together is told: the last writing
   * of each key, by revision, and then what was deleted.
   */
  Watch watch(String prefix, Consumer<List<KeyChange>> listener);

  /**
   * Asks for exclusive hold of a key. While held, the key exists with {@code value} and may be read
   * and watched like any other and stand in conditions, but not be written by transactions (they
   * conflict). A key that a transaction wrote cannot be leased. It keeps its revision while it is
   * held, so that a holder guards what it commits by a condition on it. It disappears when the
   * lease is closed, or at the latest {@code ttl} after its holder died; a shared store may round
   * that up as its server does, and says how. A lease that has to wait gets the key later, in order
   * of asking.
   */
  Lease lease(String key, byte[] value, Duration ttl);

  /** Idempotent. Releases leases and ends watches; later calls fail with UNAVAILABLE. */
  @Override
  void close();
}
