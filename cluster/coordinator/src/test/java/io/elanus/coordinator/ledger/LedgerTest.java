package io.elanus.coordinator.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.coordinator.FakeMetadata;
import io.elanus.metadata.Transaction;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LedgerTest {
  /** A name with a number. */
  record Named(String name, long number) implements Numbers {
    @Override
    public String key() {
      return name;
    }
  }

  sealed interface Numbers extends Entry {}

  private static final class NumbersState implements State<Numbers> {
    final Map<String, Long> numbers = new TreeMap<>();

    @Override
    public void apply(Change<Numbers> change) {
      switch (change.entry()) {
        case Named named when change instanceof Change.Put ->
            numbers.put(named.name(), named.number());
        case Named named -> numbers.remove(named.name());
      }
    }
  }

  private final FakeMetadata metadata = new FakeMetadata();

  private Ledger<Numbers, NumbersState> open(Tenure tenure) {
    return Ledger.open(metadata, "numbers/", Numbers.class, new NumbersState(), tenure);
  }

  private static void put(Ledger<Numbers, NumbersState> ledger, String name, long number) {
    ledger.decide(state -> new Decision<>(true, List.of(Change.put(new Named(name, number)))));
  }

  private static Map<String, Long> numbers(Ledger<Numbers, NumbersState> ledger) {
    return ledger.read(state -> new TreeMap<>(state.numbers));
  }

  @Test
  void aSoleOneWritesNothingWhenItIsOpened() {
    put(open(Tenure.SOLE), "a", 1);
    int commits = metadata.commits();
    assertThat(numbers(open(Tenure.SOLE))).isEqualTo(Map.of("a", 1L));
    assertThat(metadata.commits()).isEqualTo(commits);
  }

  @Test
  void whoSeizesItMissesNothingTheOlderOneCommitted() {
    Ledger<Numbers, NumbersState> older = open(Tenure.SEIZED);
    put(older, "a", 1);
    Ledger<Numbers, NumbersState> newer = open(Tenure.SEIZED);
    assertThatThrownBy(() -> put(older, "b", 2))
        .as("before the newer one has decided anything")
        .isInstanceOf(ElanusException.class)
        .extracting(failed -> ((ElanusException) failed).code())
        .isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(numbers(newer)).isEqualTo(Map.of("a", 1L));
    put(newer, "c", 3);
    assertThatThrownBy(() -> put(older, "b", 2)).hasMessageContaining("taken over");
    assertThat(numbers(open(Tenure.SEIZED))).isEqualTo(Map.of("a", 1L, "c", 3L));
  }

  @Test
  void aSoleOnesRecordsCanBeSeized() {
    Ledger<Numbers, NumbersState> sole = open(Tenure.SOLE);
    put(sole, "a", 1);
    Ledger<Numbers, NumbersState> seized = open(Tenure.SEIZED);
    assertThatThrownBy(() -> put(sole, "b", 2)).hasMessageContaining("taken over");
    put(seized, "b", 3);
    assertThat(numbers(open(Tenure.SOLE))).isEqualTo(Map.of("a", 1L, "b", 3L));
  }

  @Test
  void aDecisionWhoseOutcomeWasNotToldCountsIfItWasCommitted() {
    Ledger<Numbers, NumbersState> ledger = open(Tenure.SEIZED);
    metadata.loseAnswers(1);
    assertThatThrownBy(() -> put(ledger, "a", 1)).hasMessageContaining("planned");
    assertThat(numbers(ledger)).as("nobody knows yet").isEmpty();
    put(ledger, "b", 2);
    assertThat(numbers(ledger)).isEqualTo(Map.of("a", 1L, "b", 2L));
    metadata.fail(true);
    assertThatThrownBy(() -> put(ledger, "a", 10)).hasMessageContaining("planned");
    metadata.fail(false);
    put(ledger, "c", 3);
    assertThat(numbers(ledger)).isEqualTo(Map.of("a", 1L, "b", 2L, "c", 3L));
    assertThat(numbers(open(Tenure.SOLE))).isEqualTo(numbers(ledger));
  }

  @Test
  void evenTheQuestionAfterItMayHaveNoAnswer() {
    Ledger<Numbers, NumbersState> ledger = open(Tenure.SEIZED);
    metadata.loseAnswers(3);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> put(ledger, "a", 1)).hasMessageContaining("planned");
    }
    put(ledger, "b", 2);
    assertThat(numbers(ledger)).isEqualTo(Map.of("a", 1L, "b", 2L));
  }

  @Test
  void whoSeizedItMeanwhileIsNotRobbedByADoubt() {
    Ledger<Numbers, NumbersState> older = open(Tenure.SEIZED);
    metadata.loseAnswers(1);
    assertThatThrownBy(() -> put(older, "a", 1)).hasMessageContaining("planned");
    Ledger<Numbers, NumbersState> newer = open(Tenure.SEIZED);
    assertThatThrownBy(() -> put(older, "b", 2)).hasMessageContaining("taken over");
    put(newer, "c", 3);
    assertThat(numbers(newer)).isEqualTo(Map.of("a", 1L, "c", 3L));
  }

  @Test
  void whoFollowedTheRecordsDoesNotReadThem() {
    Ledger<Numbers, NumbersState> older = open(Tenure.SEIZED);
    put(older, "a", 1);
    put(older, "b", 2);
    try (Follower follower = Follower.of(metadata, "numbers/", Numbers.class)) {
      put(older, "b", 3);
      put(older, "c", 4);
      remove(older, "a", 1);
      int ranges = metadata.ranges();
      Ledger<Numbers, NumbersState> newer = inherit(follower);
      assertThat(metadata.ranges()).isEqualTo(ranges);
      assertThatThrownBy(() -> put(older, "d", 5)).hasMessageContaining("taken over");
      assertThat(numbers(newer)).isEqualTo(Map.of("b", 3L, "c", 4L));
      put(newer, "d", 6);
      assertThat(numbers(open(Tenure.SEIZED))).isEqualTo(numbers(newer));
    }
  }

  @Test
  void whatAFollowerCouldNotUnderstandIsRead() {
    Ledger<Numbers, NumbersState> older = open(Tenure.SEIZED);
    put(older, "a", 1);
    try (Follower follower = Follower.of(metadata, "numbers/", Numbers.class)) {
      put(older, "b", 2);
      metadata.commit(Transaction.builder().put("numbers/record/c", new byte[] {77}).build());
      metadata.commit(Transaction.builder().delete("numbers/record/c").build());
      int ranges = metadata.ranges();
      assertThat(numbers(inherit(follower))).isEqualTo(Map.of("a", 1L, "b", 2L));
      assertThat(metadata.ranges()).isEqualTo(ranges + 1);
    }
  }

  private Ledger<Numbers, NumbersState> inherit(Follower follower) {
    return Ledger.open(
        new Records(metadata, Tenure.SEIZED, Optional.of(follower)),
        "numbers/",
        Numbers.class,
        new NumbersState());
  }

  private static void remove(Ledger<Numbers, NumbersState> ledger, String name, long number) {
    ledger.decide(state -> new Decision<>(true, List.of(Change.remove(new Named(name, number)))));
  }
}
