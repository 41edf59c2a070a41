package io.elanus.etcd;

import com.google.protobuf.UnknownFieldSet;
import io.elanus.schema.ElanusException;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * etcd's events of a span of keys, revision by revision, on a thread of its own. A stream that
 * broke is opened again behind the last revision that was handed on, at the next member.
 */
final class EtcdStream implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(EtcdStream.class.getName());
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /**
   * Fields of etcd's {@code rpc.proto} that jetcd's older messages do not name: an answer longer
   * than a request may be comes in pieces, and each but the last says so.
   */
  private static final int WANTS_FRAGMENTS = 8;

  private static final int IS_FRAGMENT = 7;

  /** What is done with events; a call that throws is repeated. */
  interface Listener {
    /** The events of one revision. */
    void onRevision(long revision, List<Event> events) throws EtcdReads.CompactedException;

    /** Makes up for revisions that are gone; returns the first to go on from. */
    long onCompacted(long firstMissed);
  }

  private final EtcdConnection connection;
  private final EtcdKeys.Span span;
  private final Listener listener;
  private volatile boolean closed;
  private volatile @Nullable BlockingClientCall<WatchRequest, WatchResponse> open;

  /** The first revision that was not handed on. */
  private long next;

  EtcdStream(EtcdConnection connection, EtcdKeys.Span span, long from, Listener listener) {
    this.connection = connection;
    this.span = span;
    this.next = from;
    this.listener = listener;
  }

  EtcdStream start() {
    Thread.ofVirtual().name("etcd-watch").start(this::run);
    return this;
  }

  private void run() {
    while (!closed && !connection.isClosed()) {
      try {
        follow();
      } catch (StatusException failure) {
        if (!closed) {
          connection.noteStreamFailure(failure);
        }
        pause(EtcdErrors.reason(failure));
      } catch (ElanusException failure) {
        pause(failure.getMessage());
      } catch (EtcdReads.CompactedException compacted) {
        compacted();
      } catch (InterruptedException interrupted) {
        return;
      }
    }
  }

  private void pause(String reason) {
    if (!closed && !connection.isClosed()) {
      LOGGER.log(
          System.Logger.Level.DEBUG,
          "a watch at etcd is opened again endpoint={0} reason={1}",
          connection.endpoint(),
          reason);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void follow() throws StatusException, InterruptedException, EtcdReads.CompactedException {
    BlockingClientCall<WatchRequest, WatchResponse> call =
        connection.once(connection.operationTime(), stubs -> stubs.watch().watch());
    open = call;
    try {
      call.write(create());
      List<Event> events = new ArrayList<>();
      WatchResponse response = first(call);
      for (; !closed; response = call.read()) {
        if (response == null) {
          throw Status.UNAVAILABLE.withDescription("stream ended").asException();
        }
        if (response.getCanceled()) {
          cancelled(response);
          return;
        }
        events.addAll(response.getEventsList());
        if (!response.getUnknownFields().hasField(IS_FRAGMENT)) {
          handOn(events);
          events.clear();
          noteProgress(response);
        }
      }
    } finally {
      call.cancel("done", null);
    }
  }

  /** A member that does not say at once that it watches, though it let us in, is left. */
  private @Nullable WatchResponse first(BlockingClientCall<WatchRequest, WatchResponse> call)
      throws StatusException, InterruptedException {
    try {
      return call.read(connection.requestTimeoutNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException silent) {
      throw Status.DEADLINE_EXCEEDED.withDescription("no watch").withCause(silent).asException();
    }
  }

  private WatchRequest create() {
    var yes = UnknownFieldSet.Field.newBuilder().addVarint(1).build();
    return WatchRequest.newBuilder()
        .setCreateRequest(
            WatchCreateRequest.newBuilder()
                .setKey(span.first())
                .setRangeEnd(span.end())
                .setStartRevision(next)
                .setProgressNotify(true)
                .setUnknownFields(
                    UnknownFieldSet.newBuilder().addField(WANTS_FRAGMENTS, yes).build()))
        .build();
  }

  private void cancelled(WatchResponse response) throws StatusException {
    if (response.getCompactRevision() > 0) {
      compacted();
      return;
    }
    connection.forgetToken();
    throw Status.UNAVAILABLE.withDescription(response.getCancelReason()).asException();
  }

  private void compacted() {
    try {
      next = listener.onCompacted(next);
    } catch (ElanusException failure) {
      pause(failure.getMessage());
    }
  }

  /** Whole revisions only: etcd sends the events of a revision in one answer. */
  private void handOn(List<Event> events) throws EtcdReads.CompactedException {
    for (int from = 0; from < events.size(); ) {
      long revision = events.get(from).getKv().getModRevision();
      int to = from;
      while (to < events.size() && events.get(to).getKv().getModRevision() == revision) {
        to++;
      }
      if (revision >= next) {
        listener.onRevision(revision, List.copyOf(events.subList(from, to)));
        next = revision + 1;
      }
      from = to;
    }
  }

  /** An answer without events says that nothing happened up to its revision. */
  private void noteProgress(WatchResponse response) {
    if (response.getEventsCount() == 0 && !response.getCreated()) {
      next = Math.max(next, response.getHeader().getRevision() + 1);
    }
  }

  @Override
  public void close() {
    closed = true;
    BlockingClientCall<WatchRequest, WatchResponse> call = open;
    if (call != null) {
      call.cancel("closed", null);
    }
  }
}
