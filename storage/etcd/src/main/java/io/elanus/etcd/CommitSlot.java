package io.elanus.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RequestOp;
import java.nio.ByteBuffer;

/**
 * A hidden key that every commit compares and writes, so that of a commit sent twice at most one
 * happens, and that tells afterwards which. Used by one commit at a time, as a sequence of turns:
 * the key's value is the number of the turn that wrote it last.
 */
final class CommitSlot {
  private final ByteString key;
  private final long session;

  /** The revision that wrote the key last as far as we know; 0 while it does not exist. */
  private long revision;

  private long turn;

  CommitSlot(ByteString key, long session) {
    this.key = key;
    this.session = session;
  }

  ByteString key() {
    return key;
  }

  /** The lease that the key is attached to. */
  long session() {
    return session;
  }

  /** Begins something new that shall happen once; returns its number. */
  long nextTurn() {
    return ++turn;
  }

  long turn() {
    return turn;
  }

  /** Holds while nothing else was written since the last that we know of. */
  Compare isUnchanged() {
    return Compares.writtenAt(key, revision);
  }

  RequestOp take() {
    var put =
        PutRequest.newBuilder()
            .setKey(key)
            .setValue(ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(0, turn)))
            .setLease(session);
    return RequestOp.newBuilder().setRequestPut(put).build();
  }

  void written(long atRevision) {
    revision = atRevision;
  }

  /** Whether the key, as read, was written by a turn. */
  static boolean isOf(long turn, KeyValue read) {
    return read.getValue().size() == Long.BYTES
        && read.getValue().asReadOnlyByteBuffer().getLong() == turn;
  }

  boolean isAt(long atRevision) {
    return revision == atRevision;
  }
}
