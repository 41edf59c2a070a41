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
 */
public final class Membership implements Standing, AutoCloseable {
  private final MetadataStore store;
  private final Duration ttl;
  private final long id;
  private final Mirror mirror;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Roster roster = Roster.EMPTY;
  private volatile @Nullable Lease place;

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
    Member member = new Member(id, host, port, roles, labels);
    place = store.lease(MembershipKeys.member(id), member.encode(), ttl);
  }

  /** Whether this process has its place; false before {@link #join} and after it was lost. */
  @Override
  public boolean held() {
    Lease held = place;
    return held != null && held.held();
  }

  /**
   * Whether the place is another's to give, as far as is known here. One that cannot be told of at
   * present, because the store does not answer, may be held again later: nobody saw it end.
   */
  public boolean lost() {
    Lease held = place;
    return held != null && held.isOver();
  }

  /** The place is given back, so that others need not wait for its end; seats are not. */
  public void leave() {
    Lease held = place;
    if (held != null) {
      held.close();
    }
  }

  /** As {@link #leave}, by a process that goes on and has to join anew. */
  @Override
  public void surrender() {
    leave();
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
