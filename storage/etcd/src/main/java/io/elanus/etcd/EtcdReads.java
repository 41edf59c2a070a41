package io.elanus.etcd;

import com.google.protobuf.ByteString;
import io.elanus.metadata.OperationTime;
import io.elanus.metadata.Versioned;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Linearizable reads. What takes several requests is read at the revision of the first, so that it
 * shows one moment; when the server compacts that revision meanwhile, the read begins anew.
 */
final class EtcdReads {
  private static final int PAGE_KEYS = 2_000;

  /** Of the longest values, so many fit into an answer. */
  private static final int LEAST_PAGE_KEYS = 32;

  private static final int MOST_RESTARTS = 5;

  /** Keys and values at a revision of the store. */
  record Snapshot(SortedMap<String, Versioned> entries, long revision) {}

  /** Entries of etcd, in order of their keys, at a revision of the store. */
  record Found(List<KeyValue> all, long revision) {}

  /** The revision to read at is gone. */
  static final class CompactedException extends Exception {
    private static final long serialVersionUID = 1L;

    CompactedException(StatusException cause) {
      super("etcd compacted the revision that was being read", cause);
    }
  }

  private interface Reading<T> {
    T run() throws CompactedException;
  }

  private final EtcdConnection connection;
  private final EtcdKeys keys;

  EtcdReads(EtcdConnection connection, EtcdKeys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  Optional<Versioned> get(String key) {
    return restarting(() -> {
      RangeResponse answer = range("get", RangeRequest.newBuilder().setKey(keys.key(key)).build());
      return answer.getKvsCount() == 0
          ? Optional.empty()
          : Optional.of(versioned(answer.getKvs(0), answer.getHeader().getRevision()));
    });
  }

  /** All keys that begin with a prefix, from one revision. */
  Snapshot snapshot(String prefix) {
    return restarting(() -> {
      Found found = page(keys.span(prefix), false);
      var entries = new TreeMap<String, Versioned>();
      for (KeyValue kv : found.all()) {
        entries.put(keys.name(kv.getKey()), versioned(kv, found.revision()));
      }
      return new Snapshot(entries, found.revision());
    });
  }

  /** Keys of a span without their values, from one revision. */
  Found keysOf(EtcdKeys.Span span) {
    return restarting(() -> page(span, true));
  }

  /** The value of a key that was read, or seen in a watch, at a revision. */
  Versioned versioned(KeyValue kv, long atRevision) throws CompactedException {
    byte[] value =
        switch (StoredValue.decode(kv.getKey(), kv.getValue())) {
          case StoredValue.Inline inline -> inline.value();
          case StoredValue.Reference to -> part(keys.name(kv.getKey()), to.id(), atRevision);
        };
    return new Versioned(value, kv.getModRevision());
  }

  private byte[] part(String key, String id, long atRevision) throws CompactedException {
    RangeResponse answer =
        range(
            "get a part",
            RangeRequest.newBuilder().setKey(keys.part(key, id)).setRevision(atRevision).build());
    if (answer.getKvsCount() == 0) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "a metadata value's part is missing")
          .with("key", key)
          .with("part", id);
    }
    return answer.getKvs(0).getValue().toByteArray();
  }

  /** Reads page by page; all pages are of the first one's revision. */
  private Found page(EtcdKeys.Span span, boolean keysOnly) throws CompactedException {
    List<KeyValue> all = new ArrayList<>();
    var request =
        RangeRequest.newBuilder()
            .setKey(span.first())
            .setRangeEnd(span.end())
            .setKeysOnly(keysOnly);
    int limit = PAGE_KEYS;
    while (true) {
      RangeResponse answer;
      try {
        answer = range("range", request.setLimit(limit).build());
      } catch (AnswerTooLongException tooLong) {
        limit = Math.max(LEAST_PAGE_KEYS, limit / 8);
        continue;
      }
      all.addAll(answer.getKvsList());
      request.setRevision(
          request.getRevision() == 0 ? answer.getHeader().getRevision() : request.getRevision());
      if (!answer.getMore()) {
        return new Found(all, request.getRevision());
      }
      ByteString last = answer.getKvs(answer.getKvsCount() - 1).getKey();
      request.setKey(last.concat(ByteString.copyFrom(new byte[1])));
    }
  }

  private static final class AnswerTooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private RangeResponse range(String operation, RangeRequest request) throws CompactedException {
    OperationTime time = connection.operationTime();
    while (true) {
      connection.checkOpen();
      try {
        return connection.once(time, stubs -> stubs.kv().range(request));
      } catch (StatusException failure) {
        connection.checkOpen();
        if (EtcdErrors.isCompacted(failure)) {
          throw new CompactedException(failure);
        }
        if (EtcdErrors.isAnswerTooLong(failure) && request.getLimit() > LEAST_PAGE_KEYS) {
          throw new AnswerTooLongException();
        }
        if (!EtcdErrors.isPassing(failure) || !time.pause()) {
          throw EtcdErrors.of(failure, operation, connection.endpoint());
        }
      }
    }
  }

  private <T> T restarting(Reading<T> reading) {
    for (int restarts = 0; ; restarts++) {
      try {
        return reading.run();
      } catch (CompactedException compacted) {
        if (restarts == MOST_RESTARTS) {
          throw new ElanusException(
              ErrorCode.UNAVAILABLE, "etcd compacts its history faster than it is read", compacted);
        }
      }
    }
  }
}
