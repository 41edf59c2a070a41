package io.elanus.membership;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.Lease;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Mirror;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.roles.Standing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One process's view of a cluster and its own place in it. A place is a lease: it is {@link #held}
 * while the store was told in time, and gone for the others at the latest {@code ttl} after the
 * process died. What the others are told of this process may lag by a moment; so does what it knows
 * of them.
 *
 * <p>A place that was lost can be taken again, under the same id and by another {@link #term}.
 * Whoever gives away what a member had does so in a transaction that requires its {@link #key} to
 * be absent: either that comes first, and is seen by {@link #whenResumed}, or it fails.
 */
public final class Membership implements Standing, AutoCloseable {
  private static final long LOOK_MILLIS = 10;

  /** The part of the time to live after which a place that was taken again is settled. */
  private static final int SETTLED = 6;

  private final MetadataStore store;
  private final Duration ttl;
  private final long id;
  private final Mirror mirror;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> resumptions = new CopyOnWriteArrayList<>();
  private volatile Roster roster = Roster.EMPTY;
  private volatile @Nullable Place place;

  /**
   * A hold of the member's key.
   *
   * @param counts once everybody here has seen what became of the things of earlier terms
   * @param sinceNanos of a hold that is not the first
   */
  private record Place(Lease lease, byte[] member, long term, boolean counts, long sinceNanos) {}

  /**
   * @param members by id, rising
   * @param holders of seats, as far as they are members
   */
  private record Roster(SortedMap<Long, Member> members, SortedMap<Role, Member> holders) {
    static final Roster EMPTY = new Roster(new TreeMap<>(), new TreeMap<>());
  }

  private Membership(MetadataStore store, Duration ttl) {
    this.store = store;
    this.ttl = ttl;
    id = nextId(store);
    mirror = new Mirror(store, MembershipKeys.ROOT, this::take);
  }

  /**
   * A view of the cluster, with an id for this process that no other ever had.
   *
   * @param ttl after which a dead process's place and seats are given away
   */
  public static Membership open(MetadataStore store, Duration ttl) {
    return new Membership(store, ttl);
  }

  private static long nextId(MetadataStore store) {
    while (true) {
      Optional<Versioned> last = store.get(MembershipKeys.LAST_ID);
      long next = last.map(stored -> number(stored.value())).orElse(0L) + 1;
      byte[] value =
          ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(next).array();
      CommitResult result =
          store.commit(
              Transaction.builder()
                  .requireRevision(MembershipKeys.LAST_ID, last.map(Versioned::revision).orElse(0L))
                  .put(MembershipKeys.LAST_ID, value)
                  .build());
      if (result instanceof CommitResult.Committed) {
        return next;
      }
    }
  }

  private static long number(byte[] value) {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Of this process, from {@link #open} on. */
  public long id() {
    return id;
  }

  /** As the other, without labels. */
  public void join(String host, int port, Set<Role> roles) {
    join(host, port, roles, Map.of());
  }

  /** Registers this process; others find it from now on. Once. */
  public void join(String host, int port, Set<Role> roles, Map<String, String> labels) {
    if (place != null) {
      throw new IllegalStateException("the process has a place already");
    }
    byte[] member = new Member(id, host, port, roles, labels).encode();
    place = new Place(store.lease(key(id), member, ttl), member, 1, true, System.nanoTime());
  }

  /**
   * Takes a place again that was {@link #lost}. False when it is not to be had yet; whoever wants
   * it tries again.
   *
   * @throws io.elanus.schema.ElanusException UNAVAILABLE as well when metadata does not answer
   */
  public boolean resume() {
    Place last = place;
    if (last == null || !last.lease().isOver()) {
      throw new IllegalStateException("the process has no place that it lost");
    }
    Lease lease = store.lease(key(id), last.member(), ttl);
    try {
      if (!comesSoon(lease)) {
        return false;
      }
      long term = last.term() + 1;
      Place next = new Place(lease, last.member(), term, false, System.nanoTime());
      place = next;
      resumptions.forEach(Runnable::run);
      place = new Place(lease, last.member(), term, true, System.nanoTime());
      return true;
    } finally {
      if (!counts()) {
        lease.close();
      }
    }
  }

  /** What is left of the last hold may take a moment to go. */
  private boolean comesSoon(Lease lease) {
    long until = System.nanoTime() + ttl.toNanos();
    while (!lease.held() && System.nanoTime() < until) {
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return lease.held();
  }

  private boolean counts() {
    Place present = place;
    return present != null && present.counts() && !present.lease().isOver();
  }

  /**
   * Has something done whenever the place was lost and is taken again: after others see it, in its
   * new term, and before it is held. What is read from the store then shows all that was given to
   * others meanwhile. What throws keeps the process from its place, to be tried again.
   */
  public void whenResumed(Runnable look) {
    resumptions.add(look);
  }

  /** Where in metadata the place of a member stands, as long as it has one. */
  public static String key(long memberId) {
    return MembershipKeys.member(memberId);
  }

  /** Whether this process has its place; false before {@link #join} and after it was lost. */
  @Override
  public boolean held() {
    Place held = place;
    return held != null && held.counts() && held.lease().held();
  }

  /** 0 before {@link #join}. */
  @Override
  public long term() {
    Place held = place;
    return held == null ? 0 : held.term();
  }

  /**
   * Whether the place is held, and others that lost theirs by the same cause had the time to take
   * theirs again. A coordinator that begins before gives away what is not free.
   */
  boolean isSettled() {
    Place held = place;
    return held() && held != null && (held.term() == 1 || passed(held.sinceNanos()));
  }

  private boolean passed(long sinceNanos) {
    return System.nanoTime() - sinceNanos > ttl.toNanos() / SETTLED;
  }

  /**
   * Whether the place is another's to give, as far as is known here. One that cannot be told of at
   * present, because the store does not answer, may be held again later: nobody saw it end.
   */
  public boolean lost() {
    Place held = place;
    return held != null && held.lease().isOver();
  }

  /** The place is given back, so that others need not wait for its end; seats are not. */
  public void leave() {
    Place held = place;
    if (held != null) {
      held.lease().close();
    }
  }

  /** As {@link #leave}, by a process that goes on and takes its place again later. */
  @Override
  public void surrender() {
    leave();
  }

  /** Whoever joined before this was called is a member when it returns; asks the store. */
  public void refresh() {
    mirror.refresh();
  }

  /** By id, rising. */
  public SortedMap<Long, Member> members() {
    return roster.members();
  }

  /** Who is the coordinator at present; empty while nobody is. */
  public Optional<Member> holder(Role seat) {
    return Optional.ofNullable(roster.holders().get(seat));
  }

  /** Calls the listener after each change; it must be quick. */
  public void whenChanged(Runnable listener) {
    listeners.add(listener);
  }

  /** Asks for a coordinator's seat; the value names this process. */
  Lease ask(Role seat) {
    return store.lease(
        MembershipKeys.seat(seat), Long.toString(id).getBytes(StandardCharsets.US_ASCII), ttl);
  }

  private void take(SortedMap<String, Versioned> keys) {
    SortedMap<Long, Member> members = new TreeMap<>();
    SortedMap<Role, Member> holders = new TreeMap<>();
    keys.subMap(MembershipKeys.MEMBERS, MembershipKeys.MEMBERS + Character.MAX_VALUE)
        .values()
        .forEach(stored -> {
          Member member = Member.decode(stored.value());
          members.put(member.id(), member);
        });
    for (Role role : Role.COORDINATORS) {
      Versioned held = keys.get(MembershipKeys.seat(role));
      if (held != null) {
        long holder = Long.parseLong(new String(held.value(), StandardCharsets.US_ASCII));
        Optional.ofNullable(members.get(holder)).ifPresent(member -> holders.put(role, member));
      }
    }
    roster = new Roster(members, holders);
    listeners.forEach(Runnable::run);
  }

  @Override
  public void close() {
    leave();
    mirror.close();
  }
}
