package io.elanus.metadata;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The watches of a store whose process is its only writer. The store enqueues changes while it
 * holds its lock, so that they stand in commit order, and delivers after it let go; whoever comes
 * to deliver first delivers for all.
 */
public final class WatchList {
  private static final System.Logger LOGGER = System.getLogger(WatchList.class.getName());

  private static final class Registered implements Watch {
    private final String prefix;
    private final Consumer<List<KeyChange>> listener;
    private volatile boolean closed;

    Registered(String prefix, Consumer<List<KeyChange>> listener) {
      this.prefix = prefix;
      this.listener = listener;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private record Delivery(Registered watch, List<KeyChange> changes) {}

  private final List<Registered> watches = new CopyOnWriteArrayList<>();
  private final Queue<Delivery> queue = new ConcurrentLinkedQueue<>();
  private final ReentrantLock delivering = new ReentrantLock();

  public Watch add(String prefix, Consumer<List<KeyChange>> listener) {
    var watch = new Registered(prefix, listener);
    watches.add(watch);
    return watch;
  }

  /** Notes the changes of one transaction for the watches there are now. */
  public void enqueue(List<KeyChange> changes) {
    watches.removeIf(watch -> watch.closed);
    for (Registered watch : watches) {
      List<KeyChange> seen =
          changes.stream().filter(change -> change.key().startsWith(watch.prefix)).toList();
      if (!seen.isEmpty()) {
        queue.add(new Delivery(watch, seen));
      }
    }
  }

  /** Calls the listeners; not to be called with the store's lock held. */
  public void deliver() {
    if (delivering.isHeldByCurrentThread()) {
      return;
    }
    while (!queue.isEmpty() && delivering.tryLock()) {
      try {
        Delivery delivery = queue.poll();
        if (delivery != null && !delivery.watch().closed) {
          call(delivery);
        }
      } finally {
        delivering.unlock();
      }
    }
  }

  private static void call(Delivery delivery) {
    try {
      delivery.watch().listener.accept(delivery.changes());
    } catch (RuntimeException failure) {
      LOGGER.log(System.Logger.Level.ERROR, "a metadata watch failed", failure);
    }
  }

  /** Ends all watches. */
  public void close() {
    watches.forEach(Registered::close);
    watches.clear();
    queue.clear();
  }
}
