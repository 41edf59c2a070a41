package io.elanus.api.milvus;

import com.google.protobuf.Message;
import io.elanus.api.http.EventLoops;
import io.elanus.roles.CallWatch;
import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Carries one unary RPC: takes the message on the event loop, chooses a thread, holds the request
 * against its {@link Shape} and the budget, passes the authorization filter, runs the {@link Rpc},
 * and turns what it throws into a status. Application errors travel inside the answer; only
 * authentication, permission and transport problems are gRPC statuses.
 */
final class UnaryCall<Q, A extends Message> implements ServerCallHandler<RawRequest, A> {
  private static final Logger LOG = System.getLogger(UnaryCall.class.getName());

  /** The kind of a request that is not short. */
  static final int MAY_WAIT = -1;

  private static final int MOST_ANSWER_BYTES = 256 << 20;

  /** Longer requests are not read on the event loop. */
  private static final int SHORT_BYTES = 64 << 10;

  /**
   * What is served.
   *
   * @param shape of its requests
   * @param limitBytes of its requests
   * @param reserves whether room is made for the longest request before it is received
   * @param failure the answer that carries an error
   * @param kind hash of what decides how long a request takes, or MAY_WAIT; a request is decoded
   *     when it is asked for
   * @param stall in which a request that comes in must go on
   */
  record Method<Q, A>(
      String name,
      Shape shape,
      long limitBytes,
      boolean reserves,
      RequestDecoder<Q> decoder,
      Rpc<Q, A> rpc,
      BiFunction<RawRequest, io.elanus.api.milvus.proto.Status, A> failure,
      ToIntFunction<Supplier<Q>> kind,
      Duration stall) {}

  private final Method<Q, A> method;
  private final AuthorizationFilter filter;
  private final CallMeters meters;
  private final CallThreads threads;
  private final RequestBudget budget;

  UnaryCall(
      Method<Q, A> method,
      AuthorizationFilter filter,
      CallMeters meters,
      CallThreads threads,
      RequestBudget budget) {
    this.method = method;
    this.filter = filter;
    this.meters = meters;
    this.threads = threads;
    this.budget = budget;
  }

  @Override
  public ServerCall.Listener<RawRequest> startCall(
      ServerCall<RawRequest, A> call, Metadata headers) {
    RequestBudget.Ticket ticket =
        method.reserves() ? budget.enter(connection(call), () -> call.request(1)) : budget.open();
    Inbound inbound = Inbound.current();
    Listener listener = new Listener(call, headers, ticket, inbound);
    if (ticket.refused()) {
      listener.refuse(RequestBudget.noRoom());
      return listener;
    }
    inbound.admit(ticket, method.limitBytes(), listener::refuseLater);
    if (!method.reserves()) {
      call.request(1);
    }
    listener.watch();
    return listener;
  }

  /** Calls of one connection have the same. */
  private static Object connection(ServerCall<?, ?> call) {
    SocketAddress peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return peer == null ? call : peer;
  }

  private final class Listener extends ServerCall.Listener<RawRequest> {
    private final ServerCall<RawRequest, A> call;
    private final Metadata headers;
    private final RequestBudget.Ticket ticket;
    private final Inbound inbound;
    private boolean taken;
    private @Nullable ElanusException refused;

    Listener(
        ServerCall<RawRequest, A> call,
        Metadata headers,
        RequestBudget.Ticket ticket,
        Inbound inbound) {
      this.call = call;
      this.headers = headers;
      this.ticket = ticket;
      this.inbound = inbound;
    }

    /**
     * Answers without waiting for the end of the client's stream, as Milvus does: the Node SDK
     * never ends the stream of a call that it repeats, and would wait until its deadline.
     */
    @Override
    public void onMessage(RawRequest raw) {
      if (refused != null) { // its last bytes, or its unpacked ones, were too many
        refuse(refused);
        return;
      }
      taken = true;
      ticket.arrived(raw.bytes().length);
      meters.began();
      Work work = new Work(call, headers, ticket, raw, System.nanoTime());
      try {
        int likeOthers = work.kind();
        if (likeOthers == MAY_WAIT) {
          threads.run(work);
        } else {
          threads.run(likeOthers, work);
        }
      } catch (RuntimeException | Error noThread) {
        work.end(false);
        throw noThread;
      }
    }

    /** The message is not let in: grpc, which asks, is in the midst of taking it apart. */
    void refuseLater(ElanusException reason) {
      refused = reason;
      if (!EventLoops.afterRead(() -> refuse(reason))) {
        refuse(reason);
      }
    }

    /** Answers a request that is not let in; on the event loop. */
    void refuse(ElanusException reason) {
      endUntaken(() -> send(call, method.failure().apply(RawRequest.EMPTY, Statuses.of(reason))));
    }

    /** Ends the call when what is still to come does not come. */
    void watch() {
      new StallWatch(inbound, ticket, method.stall(), () -> taken, this::endUnread).begin();
    }

    private void endUnread(Status status) {
      endUntaken(() -> call.close(status, new Metadata()));
    }

    private void endUntaken(Runnable answer) {
      if (taken || call.isCancelled()) {
        return;
      }
      taken = true;
      meters.began();
      try {
        answer.run();
      } finally {
        meters.ended(false, 0);
        ticket.end();
      }
    }

    @Override
    public void onHalfClose() {
      if (!taken) {
        taken = true;
        ticket.end();
        call.close(Status.INTERNAL.withDescription("no request"), new Metadata());
      }
    }

    @Override
    public void onCancel() {
      if (!taken) {
        taken = true;
        ticket.end();
      }
    }
  }

  /** A request that is here. Run once more, from the start, when it would have waited. */
  private final class Work implements Runnable {
    private final ServerCall<RawRequest, A> call;
    private final Metadata headers;
    private final RequestBudget.Ticket ticket;
    private final RawRequest raw;
    private final long began;
    private @Nullable Q request;

    Work(
        ServerCall<RawRequest, A> call,
        Metadata headers,
        RequestBudget.Ticket ticket,
        RawRequest raw,
        long began) {
      this.call = call;
      this.headers = headers;
      this.ticket = ticket;
      this.raw = raw;
      this.began = began;
    }

    /** MAY_WAIT also for a request that is long, or wrong: it is judged elsewhere. */
    int kind() {
      if (raw.bytes().length > SHORT_BYTES) {
        return MAY_WAIT;
      }
      try {
        return method.kind().applyAsInt(() -> decoded(false));
      } catch (RuntimeException toldLater) {
        return MAY_WAIT;
      }
    }

    @Override
    public void run() {
      boolean succeeded = false;
      boolean begunAnew = false;
      CallWatch.Call watched =
          CallWatch.present().arriving(CallWatch.Kind.CLIENT, method.name(), this::header);
      try {
        Caller caller = Caller.of(headers);
        Q whole = decoded(true);
        filter.check(method.name(), caller, whole);
        A answer = method.rpc().answer(caller, whole);
        send(call, answer);
        succeeded = true;
      } catch (ElanusException e) {
        fail(Statuses.of(e));
      } catch (StatusRuntimeException e) {
        call.close(e.getStatus(), new Metadata());
      } catch (Waits.WouldWait again) {
        begunAnew = true;
        throw again;
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, "request failed: method=" + method.name(), e);
        fail(Statuses.unexpected(e));
      } finally {
        if (begunAnew) {
          watched.forgotten();
        } else {
          end(succeeded);
          watched.ended(succeeded);
        }
      }
    }

    private @Nullable String header(String name) {
      return headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    /** Whatever has become of the request: it holds nothing any more. */
    void end(boolean succeeded) {
      ticket.end();
      meters.ended(succeeded, System.nanoTime() - began);
    }

    private void fail(io.elanus.api.milvus.proto.Status status) {
      try {
        send(call, method.failure().apply(raw, status));
      } catch (RuntimeException unsaid) {
        LOG.log(Level.ERROR, "no answer: method=" + method.name(), unsaid);
        call.close(Status.INTERNAL.withDescription("no answer"), new Metadata());
      }
    }

    private Q decoded(boolean mayWait) {
      if (request == null) {
        long bytes = method.shape().check(raw.bytes());
        RequestBudget.Growth growth = ticket.grow(bytes, mayWait);
        if (growth != RequestBudget.Growth.GRANTED) {
          throw ticket.refusal(growth);
        }
        request = method.decoder().decode(raw);
      }
      return Objects.requireNonNull(request);
    }
  }

  private void send(ServerCall<RawRequest, A> call, A answer) {
    if (call.isCancelled()) {
      return;
    }
    int bytes = answer.getSerializedSize();
    if (bytes > MOST_ANSWER_BYTES || bytes < 0) {
      call.close(
          Status.RESOURCE_EXHAUSTED.withDescription(
              "answer of " + bytes + " bytes is larger than " + MOST_ANSWER_BYTES),
          new Metadata());
      return;
    }
    call.sendHeaders(new Metadata());
    call.sendMessage(answer);
    call.close(Status.OK, new Metadata());
  }
}
