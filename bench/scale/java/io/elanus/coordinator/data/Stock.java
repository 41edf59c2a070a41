package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.DataCoord;
import io.elanus.roles.ObjectLayout;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import io.elanus.roles.codec.RecordCodec;
import io.elanus.scale.Figures;
import io.elanus.scale.Size;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** DataCoord's deciders over a whole cluster's channels and segments: no node, no store. */
public final class Stock {
  private static final long TARGET_BYTES = 512L << 20;

  private final Size size;
  private final Figures figures;
  private final Random random = new Random(17);
  private final DataState state = new DataState();
  private final List<Segment> segments = new ArrayList<>();

  /** Of a replay, what is left to whoever followed the records. */
  private long adoptionNanos;

  public Stock(Size size, Figures figures) {
    this.size = size;
    this.figures = figures;
  }

  /** Flushed ones, most of them merged already. */
  public List<Segment> segments() {
    return segments;
  }

  /** Fills the state from encoded records, as a coordinator does that takes over. */
  public void replay() {
    long bytes = 0;
    long nanos = 0;
    for (int channel = 0; channel < size.channels(); channel++) {
      var entry = new DataEntry.Channel(size.channel(channel), 3, 1 + channel % size.nodes(), size.segments());
      nanos += applied(encode(entry));
      bytes += stored(entry);
    }
    for (int ordinal = 0; ordinal < size.segments(); ordinal++) {
      Segment segment = segment(ordinal);
      segments.add(segment);
      var entry = new DataEntry.Stored(segment, 0);
      nanos += applied(encode(entry));
      bytes += stored(entry);
    }
    figures.put("segment record bytes", stored(new DataEntry.Stored(segments.getFirst(), 0)));
    figures.put("data records", size.channels() + size.segments());
    figures.put("data bytes", bytes);
    figures.put("data replay ms", nanos / 1e6);
    figures.put("data adoption ms", adoptionNanos / 1e6);
  }

  /** Of key and value in the metadata store. */
  private static int stored(DataEntry entry) {
    return ("data/record/" + entry.key()).length() + encode(entry).length;
  }

  private static byte[] encode(DataEntry entry) {
    return RecordCodec.encode(DataEntry.class, entry);
  }

  private long applied(byte[] record) {
    long begin = System.nanoTime();
    DataEntry entry = RecordCodec.decode(DataEntry.class, record);
    long decoded = System.nanoTime();
    state.apply(Change.put(entry));
    adoptionNanos += System.nanoTime() - decoded;
    return System.nanoTime() - begin;
  }

  /** Collections are of unequal size: the n-th has about 1/n of the first one's segments. */
  private Segment segment(int ordinal) {
    int collection = (int) Math.min(size.collections() - 1, Math.pow(size.collections(), random.nextDouble()) - 1);
    long bytes = random.nextInt(10) == 0 ? 1 + random.nextInt(128 << 20) : TARGET_BYTES / 2 + random.nextInt(1 << 28);
    long id = Size.segmentId(ordinal);
    int shard = random.nextInt(size.shards());
    return new Segment(
        id, Size.collectionId(collection), 1, size.virtualChannel(collection, shard), Segments.State.FLUSHED, 1, bytes / 3200,
        bytes, ObjectLayout.segment(Size.collectionId(collection), id) + "/manifest.1", ordinal, ordinal + 1, ordinal, ordinal + 1, 0, List.of());
  }

  /** Joins, a death and a drain of streaming nodes, under channels of unequal load. */
  public void channels() {
    Map<String, Long> loads = new HashMap<>();
    SortedMap<String, Long> owners = new TreeMap<>();
    for (int channel = 0; channel < size.channels(); channel++) {
      owners.put(size.channel(channel), DataEntry.Channel.NOBODY);
      loads.put(size.channel(channel), (long) (1000 * Math.exp(random.nextGaussian() * 0.7)));
    }
    Set<Long> nodes = new TreeSet<>();
    for (long node = 1; node <= size.nodes(); node++) {
      nodes.add(node);
    }
    owners = plan("channels first", owners, nodes, Set.of(), loads);
    nodes.remove(1L);
    owners = plan("channels death", owners, nodes, Set.of(), loads);
    for (int more = 1; more <= Math.max(1, size.nodes() / 10); more++) {
      nodes.add((long) size.nodes() + more);
    }
    owners = plan("channels join", owners, nodes, Set.of(), loads);
    owners = plan("channels drain", owners, nodes, Set.of(2L), loads);
    plan("channels again", owners, nodes, Set.of(2L), loads);
    Map<Long, Long> sums = new HashMap<>();
    nodes.stream().filter(node -> node != 2).forEach(node -> sums.put(node, 0L));
    owners.forEach((channel, node) -> sums.merge(node, loads.get(channel), Long::sum));
    figures.spread("channel load", sums.values());
  }

  private SortedMap<String, Long> plan(
      String name, SortedMap<String, Long> owners, Set<Long> nodes, Set<Long> draining, Map<String, Long> loads) {
    var situation = new ChannelPlan.Situation(owners, nodes, draining, loads);
    SortedMap<String, Long> plan = figures.timed(name + " ms", () -> ChannelPlan.of(situation));
    figures.put(name + " moves", owners.keySet().stream().filter(c -> !owners.get(c).equals(plan.get(c))).count());
    figures.put(name + " needless", owners.keySet().stream()
        .filter(c -> nodes.contains(owners.get(c)) && !draining.contains(owners.get(c)) && !owners.get(c).equals(plan.get(c))).count());
    return plan;
  }

  /** A grant, a publication and a plan of merges, each as it is decided once. */
  public void decisions() {
    int calls = 50;
    long position = (long) (size.segments() * 0.999);
    figures.timed("warm grants", () -> grants(calls, position));
    figures.timed("grants", () -> grants(calls, position));
    figures.put("grant ms", figures.get("grants") / calls);
    figures.timed("publications", () -> {
      for (int i = 0; i < calls; i++) {
        publish(i);
      }
      return 0;
    });
    figures.put("publication ms", figures.get("publications") / calls);
    var policy = new CompactionPolicy(new DataSettings(1_800_000));
    List<Segment> largest = state.flushed(Size.collectionId(0));
    figures.put("largest collection segments", largest.size());
    figures.timed("merges of the largest ms", () -> policy.plan(largest, Map.of(), 0, 0, false));
    figures.put("merge groups", policy.plan(largest, Map.of(), 0, 0, false).size());
  }

  private int grants(int calls, long position) {
    int found = 0;
    for (int i = 0; i < calls; i++) {
      String channel = size.channel(i);
      state.apply(Change.put(new DataEntry.Channel(channel, 3, DataEntry.Channel.NOBODY, position)));
      found += ChannelRules.grant(state, channel, 2, Set.of(2L)).answer().persisted().size();
    }
    return found;
  }

  private void publish(int ordinal) {
    Segment old = segments.get(ordinal * 7);
    Segment made = segment(size.segments() + ordinal);
    var added = new Segment(
        made.id(), old.collectionId(), 1, old.channel(), Segments.State.FLUSHED, 1, old.rows(), old.bytes(), made.manifest(), old.firstPosition(),
        old.lastPosition(), old.minTimestamp(), old.maxTimestamp(), 0, List.of(old.id()));
    var publish = new DataCoord.Publish(3, List.of(added), List.of(old.id()), List.of(), List.of(), Map.of());
    Decision<DataEntry, Set<Long>> decision = PublishRules.decide(state, publish, 1);
    decision.changes().forEach(state::apply);
  }
}
