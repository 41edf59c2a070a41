package io.elanus.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.MetadataStores;
import io.elanus.roles.Standing;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several processes' views over one store. */
final class MembershipTest {
  private static final Duration TTL = Duration.ofSeconds(2);

  private final MetadataStore store = MetadataStores.inMemory();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void membersAreSeenWhileTheyHaveTheirPlace() throws InterruptedException {
    try (Membership first = Membership.open(store, TTL);
        Membership second = Membership.open(store, TTL)) {
      assertThat(second.id()).isGreaterThan(first.id());
      assertThat(first.held()).isFalse();
      first.join("10.0.0.1", 7001, Set.of(Role.PROXY, Role.QUERYNODE));
      assertThat(first.held()).isTrue();
      await(() -> second.members().containsKey(first.id()));
      assertThat(second.members().get(first.id()))
          .isEqualTo(
              new Member(
                  first.id(), "10.0.0.1", 7001, Set.of(Role.QUERYNODE, Role.PROXY), Map.of()));
      first.leave();
      assertThat(first.held()).isFalse();
      await(() -> second.members().isEmpty());
    }
  }

  @Test
  void aPlaceThatWasLostIsTakenAgainUnderTheSameIdAndByAnotherTerm() throws InterruptedException {
    try (Membership first = joined("first");
        Membership second = Membership.open(store, TTL)) {
      List<String> told = new CopyOnWriteArrayList<>();
      first.whenResumed(() -> {
        boolean there = store.get(Membership.key(first.id())).isPresent();
        told.add("term " + first.term() + (first.held() ? " held" : "") + (there ? " seen" : ""));
        if (told.size() == 1) {
          throw new ElanusException(ErrorCode.UNAVAILABLE, "cannot look");
        }
      });
      assertThat(first.heldSince(1)).isTrue();
      assertThatThrownBy(first::resume).isInstanceOf(IllegalStateException.class);
      first.leave();
      assertThat(first.lost()).isTrue();
      await(() -> second.members().isEmpty());
      assertThatThrownBy(first::resume).hasMessageContaining("cannot look");
      assertThat(first.held()).isFalse();
      assertThat(first.lost()).isTrue();
      assertThat(store.get(Membership.key(first.id()))).isEmpty();
      assertThat(first.resume()).isTrue();
      assertThat(told).containsExactly("term 2 seen", "term 3 seen");
      assertThat(first.heldSince(3)).isTrue();
      assertThat(first.heldSince(1)).isFalse();
      second.refresh();
      assertThat(second.members()).containsOnlyKeys(first.id());
    }
  }

  @Test
  void whatWasWorkedOutAcrossALossDoesNotCount() {
    try (Membership first = joined("first")) {
      assertThat(first.through(() -> 1)).isEqualTo(1);
      assertThatThrownBy(() ->
              first.through(() -> {
                first.leave();
                return first.resume();
              }))
          .isInstanceOf(ElanusException.class);
      assertThat(first.through(() -> 2)).isEqualTo(2);
    }
  }

  @Test
  void whoLostItsPlaceCoordinatesNothingUntilOthersHadTheTimeToComeBack()
      throws InterruptedException {
    List<String> told = new CopyOnWriteArrayList<>();
    try (Membership member = joined("m");
        Seat seat =
            Seat.standFor(
                member,
                Role.DATACOORD,
                standing -> {
                  told.add("sits");
                  return () -> told.add("leaves");
                })) {
      await(() -> told.size() == 1);
      member.leave();
      await(() -> told.size() == 2);
      long begun = System.nanoTime();
      member.resume();
      await(() -> told.size() == 3);
      assertThat(System.nanoTime() - begun).isGreaterThan(TTL.toNanos() / 6);
      assertThat(told).containsExactly("sits", "leaves", "sits");
    }
  }

  @Test
  void aLaterViewHoldsWhoWasThereBefore() {
    try (Membership first = Membership.open(store, TTL)) {
      first.join("a", 1, Set.of(Role.DATANODE));
      try (Membership later = Membership.open(store, TTL)) {
        assertThat(later.members()).containsOnlyKeys(first.id());
      }
    }
  }

  @Test
  void listenersAreToldOfWhoComes() throws InterruptedException {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    try (Membership first = Membership.open(store, TTL);
        Membership second = Membership.open(store, TTL)) {
      first.whenChanged(() -> sizes.add(first.members().size()));
      second.join("b", 2, Set.of(Role.QUERYNODE));
      await(() -> sizes.contains(1));
    }
  }

  @Test
  void oneOfTheCandidatesSitsAndTheNextFollowsWhenItLeaves() throws InterruptedException {
    List<String> told = new CopyOnWriteArrayList<>();
    List<Standing> standings = new CopyOnWriteArrayList<>();
    try (Membership first = joined("first");
        Membership second = joined("second")) {
      Seat ofFirst =
          Seat.standFor(
              first,
              Role.ROOTCOORD,
              standing -> {
                told.add("first sits");
                standings.add(standing);
                return () -> told.add("first leaves");
              });
      await(() -> told.contains("first sits"));
      await(() -> second.holder(Role.ROOTCOORD).isPresent());
      assertThat(second.holder(Role.ROOTCOORD).orElseThrow().id()).isEqualTo(first.id());
      try (Seat ofSecond =
          Seat.standFor(
              second,
              Role.ROOTCOORD,
              standing -> {
                told.add("second sits");
                return () -> {};
              })) {
        Thread.sleep(100);
        assertThat(told).containsExactly("first sits");
        ofFirst.close();
        await(() -> told.contains("second sits"));
        assertThat(told).containsExactly("first sits", "first leaves", "second sits");
        assertThat(standings.getFirst().held()).isFalse();
        assertThatThrownBy(standings.getFirst()::check).isInstanceOf(ElanusException.class);
        await(() -> first.holder(Role.ROOTCOORD).map(Member::id).equals(Optional.of(second.id())));
      }
    }
  }

  @Test
  void theNextFollowsBeforeWhatTheLastOneBeganHasEnded() throws InterruptedException {
    CountDownLatch followed = new CountDownLatch(1);
    try (Membership first = joined("first");
        Membership second = joined("second")) {
      Seat ofFirst =
          Seat.standFor(
              first,
              Role.QUERYCOORD,
              standing ->
                  new Seat.Occupant() {
                    @Override
                    public void close() {}

                    @Override
                    public void ended() {
                      try {
                        followed.await();
                      } catch (InterruptedException interrupted) {
                        throw new AssertionError(interrupted);
                      }
                    }
                  });
      await(() -> second.holder(Role.QUERYCOORD).isPresent());
      try (Seat ofSecond =
          Seat.standFor(
              second,
              Role.QUERYCOORD,
              standing -> {
                followed.countDown();
                return () -> {};
              })) {
        ofFirst.close();
        assertThat(followed.getCount()).isZero();
      }
    }
  }

  @Test
  void anElectionThatFailsIsHeldAgain() throws InterruptedException {
    List<String> told = new CopyOnWriteArrayList<>();
    try (Membership member = joined("m");
        Seat seat =
            Seat.standFor(
                member,
                Role.DATACOORD,
                standing -> {
                  told.add("won");
                  if (told.size() == 1) {
                    throw new IllegalStateException("cannot read");
                  }
                  return () -> {};
                })) {
      await(() -> told.size() == 2);
    }
  }

  @Test
  void rolesAreReadFromWords() {
    assertThat(Role.parse("proxy, QueryNode"))
        .containsExactlyInAnyOrder(Role.PROXY, Role.QUERYNODE);
    assertThat(Role.parse("mixcoord")).isEqualTo(Role.COORDINATORS);
    assertThatThrownBy(() -> Role.parse("proxy,quernode"))
        .hasMessageContaining("there is no role quernode")
        .hasMessageContaining("querynode");
    assertThatThrownBy(() -> Role.parse("")).isInstanceOf(ElanusException.class);
  }

  private Membership joined(String host) {
    Membership membership = Membership.open(store, TTL);
    membership.join(host, 1, Role.COORDINATORS);
    return membership;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(until);
      Thread.sleep(5);
    }
  }
}
