package io.elanus.jdbc;

import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Versioned;
import io.elanus.metadata.Watch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * A watch of the contract, on a thread of its own. It knows which keys exist, and at which
 * revision, so that it can tell what changed when the feed compares: the last writing of each key,
 * by revision, and then what was deleted, in one call.
 */
final class JdbcWatch implements Watch, CommitFeed.Listener {
  private static final System.Logger LOGGER = System.getLogger(JdbcWatch.class.getName());

  private final CommitFeed feed;
  private final JdbcReads reads;
  private final String prefix;
  private final Consumer<List<KeyChange>> listener;
  private final Consumer<JdbcWatch> onClose;
  private final LinkedBlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
  private final Map<String, Long> existing = new HashMap<>();

  /** Older commits are what the first read showed. */
  private long since;

  private volatile boolean closed;

  JdbcWatch(
      CommitFeed feed,
      JdbcReads reads,
      String prefix,
      Consumer<List<KeyChange>> listener,
      Consumer<JdbcWatch> onClose) {
    this.feed = feed;
    this.reads = reads;
    this.prefix = prefix;
    this.listener = listener;
    this.onClose = onClose;
  }

  /** Listens first and reads then: what was handed on before is in what is read. */
  void start() {
    boolean started = false;
    feed.add(this);
    try {
      JdbcReads.Keys now = reads.keys(prefix);
      existing.putAll(now.revisions());
      since = now.revision();
      Thread.ofVirtual().name("jdbc-watch").start(this::run);
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  private void run() {
    try {
      while (!closed) {
        steps.take().run();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void committed(CommitRecord commit) {
    List<KeyChange> seen =
        commit.changes().stream().filter(change -> change.key().startsWith(prefix)).toList();
    if (!seen.isEmpty()) {
      steps.add(() -> {
        if (commit.revision() > since) {
          tell(seen);
        }
      });
    }
  }

  @Override
  public void compared(JdbcReads.Snapshot now) {
    steps.add(() -> compare(now));
  }

  private void compare(JdbcReads.Snapshot now) {
    Map<Long, List<KeyChange>> puts = new TreeMap<>();
    now.entries()
        .forEach((key, versioned) -> {
          if (key.startsWith(prefix) && isNews(key, versioned)) {
            puts.computeIfAbsent(versioned.revision(), any -> new ArrayList<>())
                .add(new KeyChange.Put(key, versioned));
          }
        });
    List<KeyChange> deletes = new ArrayList<>();
    for (String key : existing.keySet()) {
      if (!now.entries().containsKey(key)) {
        deletes.add(new KeyChange.Deleted(key, now.revision()));
      }
    }
    since = now.revision();
    puts.values().forEach(this::tell);
    tell(deletes);
  }

  private boolean isNews(String key, Versioned versioned) {
    return !Long.valueOf(versioned.revision()).equals(existing.get(key));
  }

  private void tell(List<KeyChange> changes) {
    for (KeyChange change : changes) {
      switch (change) {
        case KeyChange.Put put -> existing.put(put.key(), put.versioned().revision());
        case KeyChange.Deleted deleted -> existing.remove(deleted.key());
      }
    }
    if (closed || changes.isEmpty()) {
      return;
    }
    try {
      listener.accept(List.copyOf(changes));
    } catch (RuntimeException failure) {
      LOGGER.log(System.Logger.Level.ERROR, "a metadata watch failed", failure);
    }
  }

  @Override
  public void close() {
    closed = true;
    feed.remove(this);
    steps.add(() -> {});
    onClose.accept(this);
  }
}
