package io.elanus.node.fakes;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Consistency;
import io.elanus.roles.Ddl;
import io.elanus.roles.RootCoord;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Timestamps;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Catalogue in a map, and an oracle on a clock that tests move. */
public final class FakeRootCoord implements RootCoord, InstantSource {
  private final Map<Long, Catalogue.Collection> collections = new ConcurrentHashMap<>();
  private long millis = 1_700_000_000_000L;
  private long lastTimestamp;
  private volatile Runnable beforeTimestamps = () -> {};
  private volatile Runnable afterTimestamps = () -> {};
  private long nextId = 1000;
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicReference<Runnable> duringLook = new AtomicReference<>(() -> {});

  /** Happens before timestamps are given out, from now on. */
  public void beforeTimestamps(Runnable task) {
    beforeTimestamps = task;
  }

  /** Happens after timestamps were given out and before the answer arrives, from now on. */
  public void afterTimestamps(Runnable task) {
    afterTimestamps = task;
  }

  /** Calls that hang in {@link #beforeTimestamps} go on. */
  public synchronized void comeBack() {
    notifyAll();
  }

  @Override
  public synchronized Range allocateTimestamps(int count) {
    beforeTimestamps.run();
    long first = Math.max(lastTimestamp + 1, Timestamps.of(millis, 0));
    lastTimestamp = first + count - 1;
    afterTimestamps.run();
    return new Range(first, count);
  }

  @Override
  public synchronized Range allocateIds(int count) {
    long first = nextId;
    nextId += count;
    return new Range(first, count);
  }

  /** As an oracle would that does not know that it was replaced. */
  public synchronized void stepBackMillis(long less) {
    millis -= less;
    lastTimestamp = Timestamps.of(millis, 0) - 1;
  }

  public long now() {
    return allocateTimestamps(1).first();
  }

  @Override
  public synchronized Instant instant() {
    return Instant.ofEpochMilli(millis);
  }

  public synchronized void advanceMillis(long more) {
    millis += more;
  }

  public void put(long id, CollectionSchema schema, List<String> channels, List<Long> partitions) {
    List<Catalogue.Partition> known = new ArrayList<>();
    partitions.forEach(each -> known.add(new Catalogue.Partition(each, "p" + each, 0)));
    collections.put(
        id,
        new Catalogue.Collection(
            id,
            1,
            "default",
            schema,
            channels,
            known,
            List.of(),
            Consistency.BOUNDED,
            Map.of(),
            0,
            0));
  }

  public void remove(long id) {
    collections.remove(id);
  }

  /** How often the catalogue was looked at. */
  public int looks() {
    return looks.get();
  }

  /** Happens once, between the next look at the catalogue and its answer's arrival. */
  public void duringNextLook(Runnable task) {
    duringLook.set(task);
  }

  @Override
  public Optional<Catalogue.Collection> findCollectionById(long id) {
    looks.incrementAndGet();
    Optional<Catalogue.Collection> answer = Optional.ofNullable(collections.get(id));
    duringLook.getAndSet(() -> {}).run();
    return answer;
  }

  @Override
  public void execute(Ddl command) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Catalogue.Database> databases() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Catalogue.Collection> findCollection(String database, String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Catalogue.Collection> collections(String database) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Catalogue.Alias> aliases(String database) {
    throw new UnsupportedOperationException();
  }
}
