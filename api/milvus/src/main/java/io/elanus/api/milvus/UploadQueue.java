package io.elanus.api.milvus;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose rows wait to be received, first come, first served. What their clients have sent
 * ahead lies in memory that no ticket is charged for, and flow control bounds it by connection; so
 * it is connections that are counted, beside the calls themselves.
 *
 * <p>Not safe for several threads.
 *
 * @param <T> a call, equal to itself alone
 */
final class UploadQueue<T> {
  private static final int MOST_CALLS = 4096;

  private final int mostConnections;
  private final LinkedHashMap<T, Object> connections = new LinkedHashMap<>(); // of each call
  private final Map<Object, Integer> calls = new HashMap<>(); // of each connection

  /**
   * @param mostConnections whose calls may wait at one time
   */
  UploadQueue(int mostConnections) {
    this.mostConnections = mostConnections;
  }

  /** False when no more may wait. */
  boolean add(T call, Object connection) {
    if (connections.size() >= MOST_CALLS
        || calls.size() >= mostConnections && !calls.containsKey(connection)) {
      return false;
    }
    connections.put(call, connection);
    calls.merge(connection, 1, Integer::sum);
    return true;
  }

  /** The one that came first, which waits no more; null when none waits. */
  @Nullable T take() {
    if (connections.isEmpty()) {
      return null;
    }
    T first = connections.firstEntry().getKey();
    remove(first);
    return first;
  }

  /** Of one that does not wait: nothing. */
  void remove(T call) {
    Object connection = connections.remove(call);
    if (connection != null) {
      calls.computeIfPresent(connection, (key, count) -> count == 1 ? null : count - 1);
    }
  }
}
