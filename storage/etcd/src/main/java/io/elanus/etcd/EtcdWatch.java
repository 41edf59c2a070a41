package io.elanus.etcd;

import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Versioned;
import io.elanus.metadata.Watch;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A watch of the contract. It knows which keys exist, so that it can tell what was deleted when
 * etcd compacted the revisions that it had still to see: then it compares with a read of everything
 * below the prefix. What was written since comes by revision, as ever, the last writing of each
 * key; then comes what was deleted, in one call, with the revision of that read.
 */
final class EtcdWatch implements Watch, EtcdStream.Listener {
  private static final System.Logger LOGGER = System.getLogger(EtcdWatch.class.getName());

  private final EtcdReads reads;
  private final EtcdKeys keys;
  private final String prefix;
  private final Consumer<List<KeyChange>> listener;
  private final Consumer<EtcdWatch> onClose;
  private final Set<String> existing = new HashSet<>();
  private final EtcdStream stream;
  private volatile boolean closed;

  EtcdWatch(
      EtcdConnection connection,
      EtcdReads reads,
      EtcdKeys keys,
      String prefix,
      Consumer<List<KeyChange>> listener,
      Consumer<EtcdWatch> onClose) {
    this.reads = reads;
    this.keys = keys;
    this.prefix = prefix;
    this.listener = listener;
    this.onClose = onClose;
    EtcdReads.Found now = reads.keysOf(keys.span(prefix));
    now.all().forEach(kv -> existing.add(keys.name(kv.getKey())));
    this.stream = new EtcdStream(connection, keys.span(prefix), now.revision() + 1, this);
  }

  void start() {
    stream.start();
  }

  @Override
  public void onRevision(long revision, List<Event> events) throws EtcdReads.CompactedException {
    List<KeyChange> changes = new ArrayList<>();
    for (Event event : events) {
      changes.add(change(event, revision));
    }
    tell(changes);
  }

  private KeyChange change(Event event, long revision) throws EtcdReads.CompactedException {
    KeyValue kv = event.getKv();
    String key = keys.name(kv.getKey());
    return event.getType() == Event.EventType.DELETE
        ? new KeyChange.Deleted(key, revision)
        : new KeyChange.Put(key, reads.versioned(kv, revision));
  }

  @Override
  public long onCompacted(long firstMissed) {
    EtcdReads.Snapshot now = reads.snapshot(prefix);
    Map<Long, List<KeyChange>> puts = new TreeMap<>();
    for (Map.Entry<String, Versioned> entry : now.entries().entrySet()) {
      Versioned versioned = entry.getValue();
      if (versioned.revision() >= firstMissed) {
        puts.computeIfAbsent(versioned.revision(), any -> new ArrayList<>())
            .add(new KeyChange.Put(entry.getKey(), versioned));
      }
    }
    List<KeyChange> deletes = new ArrayList<>();
    for (String key : existing) {
      if (!now.entries().containsKey(key)) {
        deletes.add(new KeyChange.Deleted(key, now.revision()));
      }
    }
    LOGGER.log(
        System.Logger.Level.INFO,
        "a watch compared, its revisions were compacted prefix={0} puts={1} deletes={2}",
        prefix,
        puts.size(),
        deletes.size());
    puts.values().forEach(this::tell);
    tell(deletes);
    return now.revision() + 1;
  }

  private void tell(List<KeyChange> changes) {
    for (KeyChange change : changes) {
      switch (change) {
        case KeyChange.Put put -> existing.add(put.key());
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
    stream.close();
    onClose.accept(this);
  }
}
