package io.elanus.coordinator.data;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.KeyedTasks;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Directory;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Has each physical channel served by the streaming node that {@link ChannelPlan} names: one task
 * for each channel, so that a node that does not answer holds up nobody else's. Nothing is done
 * unless nodes came or went, a channel changed hands, or a step failed. {@link ChannelRules} keeps
 * what must hold whatever is done here.
 */
final class Assignments implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Assignments.class.getName());
  private static final long ALL = 0;

  /** Bytes of log that a new owner replays so fast that nobody minds. */
  private static final long LITTLE_BYTES = 8 << 20;

  private static final long MEASURE_MILLIS = 10_000;

  /** How long a node is spared after somebody asked for it last. */
  private static final long RELIEF_MILLIS = 10_000;

  private static final int MOST_LIGHTENINGS = 200;

  /** Channels that go from one node that is there to another at the same time. */
  private static final int MOST_MOVES = 2;

  private final Ledger<DataEntry, DataState> ledger;
  private final Directory directory;
  private final LongSupplier millis;
  private final Background background;
  private final NodeCalls calls;
  private final KeyedTasks looks;
  private final KeyedTasks tasks;

  /** Every channel has its place for ever, by which its task is told. */
  private final List<String> channels;

  private final Semaphore turns = new Semaphore(MOST_MOVES);
  private final ChannelLoads loads = new ChannelLoads();
  private final AtomicBoolean measuring = new AtomicBoolean();

  /** Of the last look; each change that makes a difference leads to another look. */
  private volatile SortedMap<String, Long> targets = new TreeMap<>();

  private final Set<Long> draining = ConcurrentHashMap.newKeySet();

  /** Nodes that should have no channels for a while: until when. */
  private final Map<Long, Long> relieved = new ConcurrentHashMap<>();

  /** Where channels were moved by hand. */
  private final Map<String, Long> kept = new ConcurrentHashMap<>();

  /** The epoch under which a channel's owner has said that it serves. */
  private final Map<String, Long> confirmed = new ConcurrentHashMap<>();

  /**
   * @param configured physical channels; those that the records know are added
   * @param millis the time
   */
  Assignments(
      Ledger<DataEntry, DataState> ledger,
      Directory directory,
      List<String> configured,
      LongSupplier millis,
      Background background) {
    this.ledger = ledger;
    this.directory = directory;
    this.millis = millis;
    this.background = background;
    calls = new NodeCalls(directory, background);
    channels = new ArrayList<>(configured);
    ledger.read(DataState::channels).stream()
        .filter(known -> !configured.contains(known))
        .forEach(channels::add);
    looks = new KeyedTasks("looking after channels", background, key -> look());
    tasks =
        new KeyedTasks(
            "giving a channel to a node", background, key -> settle(channels.get((int) key)));
  }

  /**
   * From now on.
   *
   * @param served whether the owners that the records name are known to serve; otherwise each is
   *     told to own once more, which is nothing to one that does
   */
  void start(boolean served) {
    if (served) {
      for (String name : channels) {
        confirmed.put(name, ledger.read(state -> channel(state, name)).epoch());
      }
    }
    directory.whenChanged(() -> looks.request(ALL));
    looks.request(ALL);
  }

  /** Waits a moment for a channel to find its owner. */
  void pause() {
    calls.pause();
  }

  /** All that there are. */
  List<String> channels() {
    return List.copyOf(channels);
  }

  /** The node gets nothing more and loses what it has; whether it has nothing by now. */
  boolean drain(long nodeId) {
    if (draining.add(nodeId)) {
      looks.request(ALL);
    }
    return !ledger.read(this::held).containsValue(nodeId);
  }

  Set<Long> draining() {
    Set<Long> there = new TreeSet<>(directory.streamingNodes().keySet());
    there.retainAll(draining);
    return there;
  }

  /** The node is spared for a while, as far as others are there. */
  void relieve(long nodeId) {
    boolean news = !relieved().contains(nodeId);
    relieved.put(nodeId, millis.getAsLong() + RELIEF_MILLIS);
    if (news && directory.streamingNodes().containsKey(nodeId)) {
      LOG.log(WARNING, "streaming node {0} cannot serve its channels, others get them", nodeId);
      looks.request(ALL);
      background.after(RELIEF_MILLIS, this::lookAfterRelief);
    }
  }

  private void lookAfterRelief() {
    if (relieved().isEmpty()) {
      looks.request(ALL);
    } else {
      background.after(RELIEF_MILLIS, this::lookAfterRelief);
    }
  }

  private Set<Long> relieved() {
    long now = millis.getAsLong();
    relieved.values().removeIf(until -> until <= now);
    return Set.copyOf(relieved.keySet());
  }

  /** Those that get nothing and lose what they have, as far as others are there. */
  private Set<Long> spared(Set<Long> nodes) {
    Set<Long> spared = new HashSet<>(draining);
    spared.addAll(relieved());
    return spared.containsAll(nodes) ? Set.copyOf(draining) : spared;
  }

  /** Whether any other node does, as it says itself. */
  boolean othersReachLog(long nodeId) {
    return directory.streamingNodes().keySet().stream()
        .filter(other -> other != nodeId)
        .anyMatch(this::reachesLog);
  }

  private boolean reachesLog(long nodeId) {
    try {
      return calls.ask(nodeId, StreamingNode::reachesLog);
    } catch (ElanusException silent) {
      return false;
    }
  }

  /** The channel goes to the node and stays there; whether it is there by now. */
  boolean move(String name, long nodeId) {
    if (!channels.contains(name)) {
      throw new ElanusException(ErrorCode.INVALID_PARAMETER, "there is no such physical channel")
          .with("channel", name);
    }
    if (!directory.streamingNodes().containsKey(nodeId) || draining.contains(nodeId)) {
      throw new ElanusException(
              ErrorCode.INVALID_PARAMETER, "no streaming node of that id takes channels")
          .with("node", nodeId);
    }
    kept.put(name, nodeId);
    boolean there = isSettled(name, nodeId);
    if (!there) {
      looks.request(ALL);
    }
    return there;
  }

  List<DataCoord.ChannelState> states() {
    return ledger.read(state ->
        channels.stream()
            .map(name -> channel(state, name))
            .map(known ->
                new DataCoord.ChannelState(
                    known.name(), known.owner(), known.epoch(), known.checkpoint()))
            .toList());
  }

  private void look() {
    draining.retainAll(directory.streamingNodes().keySet());
    kept.values().retainAll(directory.streamingNodes().keySet());
    SortedMap<String, Long> plan = plan();
    targets = plan;
    for (int i = 0; i < channels.size(); i++) {
      Long target = plan.get(channels.get(i));
      if (target != null && !isSettled(channels.get(i), target)) {
        tasks.request(i);
      }
    }
    prepareFor(directory.unreachable());
    if (directory.streamingNodes().size() > 1 && measuring.compareAndSet(false, true)) {
      background.after(MEASURE_MILLIS, this::measure);
    }
  }

  /** Asks owners what is written to their channels, again and again while there are several. */
  private void measure() {
    Set<Long> nodes = new HashSet<>(directory.streamingNodes().keySet());
    if (nodes.size() < 2) {
      measuring.set(false);
      return;
    }
    background.all(nodes.stream().map(node -> (Runnable) () -> measure(node)).toList());
    nodes.removeAll(draining);
    if (loads.adopt(ledger.read(this::held), nodes, millis.getAsLong())) {
      LOG.log(INFO, "what is written to channels has become uneven; they are planned anew");
      looks.request(ALL);
    }
    background.after(MEASURE_MILLIS, this::measure);
  }

  private void measure(long node) {
    try {
      calls
          .ask(node, StreamingNode::held)
          .forEach(channel -> loads.told(channel, millis.getAsLong()));
    } catch (ElanusException | CancellationException silent) {
      LOG.log(DEBUG, "a streaming node does not tell what is written to it", silent);
    }
  }

  /** While a lease runs out, the nodes that will have the channels get ready for them. */
  private void prepareFor(Set<Long> dying) {
    SortedMap<String, Long> held = ledger.read(this::held);
    if (held.values().stream().noneMatch(dying::contains)) {
      return;
    }
    Set<Long> others = new HashSet<>(directory.streamingNodes().keySet());
    others.removeAll(dying);
    plan(others)
        .forEach((name, target) -> {
          if (dying.contains(held.get(name))) {
            background.run(() -> prepare(name, target));
          }
        });
  }

  private void prepare(String name, long target) {
    try {
      calls.call(target, node -> node.prepare(name));
    } catch (ElanusException | CancellationException notNow) {
      LOG.log(DEBUG, "a node could not prepare for a channel", notNow);
    }
  }

  /** The balance, but for channels that somebody moved by hand. */
  private SortedMap<String, Long> plan() {
    return plan(directory.streamingNodes().keySet());
  }

  private SortedMap<String, Long> plan(Set<Long> nodes) {
    Set<Long> spared = spared(nodes);
    SortedMap<String, Long> plan =
        ChannelPlan.of(
            new ChannelPlan.Situation(ledger.read(this::held), nodes, spared, loads.planned()));
    kept.forEach((channel, node) -> {
      if (nodes.contains(node) && !spared.contains(node)) {
        plan.put(channel, node);
      }
    });
    return plan;
  }

  private SortedMap<String, Long> held(DataState state) {
    SortedMap<String, Long> owners = new TreeMap<>();
    channels.forEach(channel -> owners.put(channel, channel(state, channel).owner()));
    return owners;
  }

  private static DataEntry.Channel channel(DataState state, String name) {
    return state
        .channel(name)
        .orElseGet(() -> new DataEntry.Channel(name, 0, DataEntry.Channel.NOBODY, 0));
  }

  private boolean isSettled(String name, long target) {
    DataEntry.Channel now = ledger.read(state -> channel(state, name));
    return now.owner() == target && confirmed.getOrDefault(name, 0L) == now.epoch();
  }

  /** What is to be done for one channel, by what holds now. */
  private void settle(String name) {
    Long target = targets.get(name);
    if (target == null || isSettled(name, target)) {
      return;
    }
    DataEntry.Channel now = ledger.read(state -> channel(state, name));
    if (now.owner() != target && directory.streamingNodes().containsKey(now.owner())) {
      calls.call(target, node -> node.prepare(name));
      lighten(now);
      inTurn(() -> {
        if (target.equals(targets.get(name))) { // otherwise another look follows
          takeFrom(now);
          give(now, target);
        }
      });
    } else {
      give(now, target);
    }
  }

  private void give(DataEntry.Channel before, long target) {
    String name = before.name();
    calls.call(target, node -> node.own(name));
    DataEntry.Channel taken = ledger.read(state -> channel(state, name));
    confirmed.put(name, taken.epoch());
    if (taken.epoch() != before.epoch()) {
      LOG.log(INFO, "channel {0} is served by node {1}, epoch {2}", name, target, taken.epoch());
    }
  }

  /** Writes to few channels wait at a time, each for a moment only. */
  private void inTurn(Runnable move) {
    try {
      turns.acquire();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while a channel waited to be moved");
    }
    try {
      move.run();
    } finally {
      turns.release();
    }
  }

  private void takeFrom(DataEntry.Channel held) {
    calls.call(held.owner(), node -> node.leave(held.name()));
    if (!ledger.decide(state -> ChannelRules.left(state, held))) {
      throw new ElanusException(
              ErrorCode.CHANNEL_NOT_AVAILABLE, "the channel was taken anew while it was left")
          .with("channel", held.name());
    }
  }

  /** Little is left to replay when the owner goes. */
  private void lighten(DataEntry.Channel held) {
    for (int i = 0; i < MOST_LIGHTENINGS; i++) {
      if (calls.ask(held.owner(), node -> node.lighten(held.name())) <= LITTLE_BYTES) {
        return;
      }
      calls.pause();
    }
  }

  /** Nothing more is begun; what nodes were told they go on with. */
  @Override
  public void close() {
    calls.close();
  }
}
