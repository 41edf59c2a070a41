package io.elanus.etcd;

import com.google.protobuf.ByteString;
import io.elanus.metadata.Condition;
import io.elanus.metadata.Transaction;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A transaction of the contract as one of etcd's. It compares the slot, the conditions and, for
 * each written key, that no lease holds it; when all is well it writes, else it reads the slot and,
 * of every key it names, what is needed to tell which stands against it.
 *
 * <p>etcd takes 128 operations by default in each part of a transaction. A key that is written
 * under a condition on its revision costs two comparisons; where that is too many, the caller finds
 * out in front which keys no lease holds at that revision, which stays true.
 */
final class CommitRequest {
  /** etcd's default limit less what the slot and the parts in front need. */
  private static final int MOST_COMPARES = 124;

  /**
   * etcd's default limit of a request is 1.5 MiB; the rest is for what surrounds keys and values.
   */
  private static final int MOST_BYTES = 1_400_000;

  /** A key's name may stand in two comparisons, a put and a read. */
  private static final int TIMES_NAMED = 4;

  private final EtcdKeys keys;
  private final Transaction transaction;
  private final Set<Condition> conditions;
  private final Set<String> named = new LinkedHashSet<>();

  CommitRequest(EtcdKeys keys, Transaction transaction) {
    this.keys = keys;
    this.transaction = transaction;
    this.conditions = new LinkedHashSet<>(transaction.conditions());
    conditions.forEach(condition -> named.add(condition.key()));
    named.addAll(transaction.puts().keySet());
    named.addAll(transaction.deletes());
  }

  /** A key of which the conditions contradict each other or themselves. */
  Optional<String> contradiction() {
    Set<String> seen = new LinkedHashSet<>();
    for (Condition condition : conditions) {
      boolean impossible = condition instanceof Condition.AtRevision at && at.revision() < 1;
      if (impossible || !seen.add(condition.key())) {
        return Optional.of(condition.key());
      }
    }
    return Optional.empty();
  }

  /** Values that do not fit into the transaction and have to go in front; the longest do. */
  Map<String, byte[]> tooLong() {
    long room = MOST_BYTES;
    for (String key : named) {
      room -= (long) TIMES_NAMED * (keys.key(key).size() + 40);
    }
    for (byte[] value : transaction.puts().values()) {
      room -= value.length;
    }
    List<Map.Entry<String, byte[]>> longestFirst = new ArrayList<>(transaction.puts().entrySet());
    longestFirst.sort(
        Comparator.comparingInt((Map.Entry<String, byte[]> put) -> put.getValue().length)
            .reversed());
    Map<String, byte[]> inFront = new LinkedHashMap<>();
    for (int next = 0; room < 0 && next < longestFirst.size(); next++) {
      Map.Entry<String, byte[]> put = longestFirst.get(next);
      inFront.put(put.getKey(), put.getValue());
      room += put.getValue().length;
    }
    return inFront;
  }

  /** Keys that are written under a condition on their revision, when there are too many of them. */
  Map<String, Long> toBeSeenUnheld() {
    Map<String, Long> both = new LinkedHashMap<>();
    for (Condition condition : conditions) {
      if (condition instanceof Condition.AtRevision at && isWritten(at.key())) {
        both.put(at.key(), at.revision());
      }
    }
    int compares = conditions.size() + transaction.puts().size() + transaction.deletes().size();
    return compares <= MOST_COMPARES ? Map.of() : both;
  }

  private boolean isWritten(String key) {
    return transaction.puts().containsKey(key) || transaction.deletes().contains(key);
  }

  /**
   * The request.
   *
   * @param unheld keys known not to be held at the revision that a condition asks for
   */
  TxnRequest build(CommitSlot slot, StagedValues staged, Set<String> unheld) {
    var request = TxnRequest.newBuilder().addCompare(slot.isUnchanged());
    compare(request, unheld);
    transaction.puts().forEach((key, value) -> request.addSuccess(put(key, value, staged)));
    transaction.deletes().forEach(key -> request.addSuccess(delete(keys.key(key))));
    request.addSuccess(slot.take()).addFailure(readMeta(slot.key(), false));
    staged
        .marker()
        .ifPresent(
            marker -> request.addCompare(Compares.present(marker)).addSuccess(delete(marker)));
    named.forEach(key -> request.addFailure(readMeta(keys.key(key), true)));
    return request.build();
  }

  private void compare(TxnRequest.Builder request, Set<String> unheld) {
    Set<String> known = new LinkedHashSet<>(unheld);
    for (Condition condition : conditions) {
      request.addCompare(compare(condition));
      if (condition instanceof Condition.Absent) {
        known.add(condition.key());
      }
    }
    for (String key : named) {
      if (isWritten(key) && !known.contains(key)) {
        request.addCompare(Compares.notHeld(keys.key(key)));
      }
    }
  }

  private Compare compare(Condition condition) {
    ByteString key = keys.key(condition.key());
    return switch (condition) {
      case Condition.Absent absent -> Compares.absent(key);
      case Condition.AtRevision at -> Compares.writtenAt(key, at.revision());
    };
  }

  private RequestOp put(String key, byte[] value, StagedValues staged) {
    ByteString stored =
        staged.holds(key) ? StoredValue.reference(staged.id()) : StoredValue.inline(value);
    return RequestOp.newBuilder()
        .setRequestPut(PutRequest.newBuilder().setKey(keys.key(key)).setValue(stored))
        .build();
  }

  static RequestOp delete(ByteString key) {
    return RequestOp.newBuilder()
        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key))
        .build();
  }

  static RequestOp readMeta(ByteString key, boolean keysOnly) {
    return RequestOp.newBuilder()
        .setRequestRange(RangeRequest.newBuilder().setKey(key).setKeysOnly(keysOnly))
        .build();
  }

  /** What was read in the place of writing, by key. */
  static Map<ByteString, KeyValue> read(TxnResponse answer) {
    Map<ByteString, KeyValue> found = new HashMap<>();
    for (ResponseOp response : answer.getResponsesList()) {
      response.getResponseRange().getKvsList().forEach(kv -> found.put(kv.getKey(), kv));
    }
    return found;
  }

  /** The first key that stands against the transaction, given what exists. */
  Optional<String> conflict(Map<ByteString, KeyValue> existing) {
    for (Condition condition : conditions) {
      KeyValue kv = existing.getOrDefault(keys.key(condition.key()), KeyValue.getDefaultInstance());
      boolean holds =
          switch (condition) {
            case Condition.Absent absent -> kv.getCreateRevision() == 0;
            case Condition.AtRevision at -> kv.getModRevision() == at.revision();
          };
      if (!holds) {
        return Optional.of(condition.key());
      }
    }
    for (String key : named) {
      KeyValue kv = existing.getOrDefault(keys.key(key), KeyValue.getDefaultInstance());
      if (isWritten(key) && kv.getLease() != 0) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }
}
