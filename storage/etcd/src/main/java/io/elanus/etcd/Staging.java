package io.elanus.etcd;

import com.google.protobuf.ByteString;
import io.elanus.metadata.OperationTime;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.grpc.StatusException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Writes values in front of the transaction that does not have room for them, and removes what is
 * left over.
 *
 * <p>A fresh id names the parts and a marker that is attached to the store's session. The marker is
 * written first; the transaction refers to the parts by the id, requires the marker and deletes it.
 * So a part to which its key does not refer is garbage once its marker is gone, for good: be it
 * that the process died before it committed, or that the key was written anew since. Every store
 * removes such parts, its own and others', when it opens and every few minutes.
 */
final class Staging {
  private static final System.Logger LOGGER = System.getLogger(Staging.class.getName());
  private static final int ID_BYTES = 16;

  private final EtcdConnection connection;
  private final EtcdKeys keys;
  private final EtcdReads reads;
  private final RandomGenerator random;

  /** Ids of transactions that were given up without knowing their outcome. */
  private final Set<String> abandoned = ConcurrentHashMap.newKeySet();

  Staging(EtcdConnection connection, EtcdKeys keys, EtcdReads reads, RandomGenerator random) {
    this.connection = connection;
    this.keys = keys;
    this.reads = reads;
    this.random = random;
  }

  /**
   * Writes values; they must fit into a request each.
   *
   * @param session the lease of the marker
   */
  StagedValues stage(Map<String, byte[]> values, long session, OperationTime time)
      throws StatusException {
    if (values.isEmpty()) {
      return StagedValues.NONE;
    }
    byte[] name = new byte[ID_BYTES];
    random.nextBytes(name);
    String id = HexFormat.of().formatHex(name);
    ByteString marker = keys.stage(id);
    put(PutRequest.newBuilder().setKey(marker).setLease(session).build(), time);
    for (Map.Entry<String, byte[]> value : values.entrySet()) {
      put(
          PutRequest.newBuilder()
              .setKey(keys.part(value.getKey(), id))
              .setValue(ByteString.copyFrom(value.getValue()))
              .build(),
          time);
    }
    return new StagedValues(id, Optional.of(marker), values.keySet());
  }

  private void put(PutRequest request, OperationTime time) throws StatusException {
    while (true) {
      connection.checkOpen();
      try {
        connection.once(time, stubs -> stubs.kv().put(request));
        return;
      } catch (StatusException failure) {
        if (!EtcdErrors.isPassing(failure) || !time.pause()) {
          throw failure;
        }
      }
    }
  }

  /** Removes what a transaction staged that certainly did not commit. */
  void discard(StagedValues staged) {
    if (staged.isNone()) {
      return;
    }
    var request = TxnRequest.newBuilder();
    staged
        .keys()
        .forEach(key -> request.addSuccess(CommitRequest.delete(keys.part(key, staged.id()))));
    staged.marker().ifPresent(marker -> request.addSuccess(CommitRequest.delete(marker)));
    try {
      connection.repeat("discard parts", stubs -> stubs.kv().txn(request.build()));
    } catch (RuntimeException failure) {
      abandon(staged);
    }
  }

  /** Leaves it to the next sweep to end a transaction whose outcome is not known. */
  void abandon(StagedValues staged) {
    if (!staged.isNone()) {
      abandoned.add(staged.id());
    }
  }

  /** Removes parts that nobody will refer to any more. */
  void sweep() {
    for (String id : Set.copyOf(abandoned)) {
      delete(keys.stage(id));
      abandoned.remove(id);
    }
    int removed = 0;
    for (KeyValue part : reads.keysOf(keys.parts()).all()) {
      if (isLeftOver(keys.part(part.getKey()))) {
        delete(part.getKey());
        removed++;
      }
    }
    if (removed > 0) {
      LOGGER.log(System.Logger.Level.INFO, "removed left over parts from etcd parts={0}", removed);
    }
  }

  /** One read shows the marker and what the key refers to. */
  private boolean isLeftOver(EtcdKeys.Part part) {
    ByteString marker = keys.stage(part.id());
    ByteString key = keys.key(part.key());
    var request =
        TxnRequest.newBuilder()
            .addSuccess(CommitRequest.readMeta(marker, true))
            .addSuccess(
                RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(key)))
            .build();
    Map<ByteString, KeyValue> found =
        CommitRequest.read(connection.repeat("judge a part", stubs -> stubs.kv().txn(request)));
    KeyValue user = found.getOrDefault(key, KeyValue.getDefaultInstance());
    return !found.containsKey(marker) && !user.getValue().equals(StoredValue.reference(part.id()));
  }

  private void delete(ByteString key) {
    var request = DeleteRangeRequest.newBuilder().setKey(key).build();
    connection.repeat("delete", stubs -> stubs.kv().deleteRange(request));
  }
}
