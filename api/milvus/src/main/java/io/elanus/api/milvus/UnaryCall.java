package io.elanus.api.milvus;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.elanus.api.http.EventLoops;
import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
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
   * @param kind hash of what decides how long a request takes, or MAY_WAIT; null when all may
   */
  record Method<Q, A>(
      String name,
      Shape shape,
      long limitBytes,
      boolean reserves,
      RequestDecoder<Q> decoder,
      Rpc<Q, A> rpc,
      BiFunction<RawRequest, io.elanus.api.milvus.proto.Status, A> failure,
      @Nullable ToIntFunction<Q> kind) {}

  private final Method<Q, A> method;
  private final Authorizer authorizer;
  private final CallMeters meters;
  private final CallThreads threads;
  private final RequestBudget budget;

  UnaryCall(
      Method<Q, A> method,
      Authorizer authorizer,
      CallMeters meters,
      CallThreads threads,
      RequestBudget budget) {
    this.method = method;
    this.authorizer = authorizer;
    this.meters = meters;
    this.threads = threads;
    this.budget = budget;
  }

  @Override
  public ServerCall.Listener<RawRequest> startCall(
      ServerCall<RawRequest, A> call, Metadata headers) {
    RequestBudget.Ticket ticket =
        method.reserves() ? budget.enter(() -> call.request(1)) : budget.open();
    Listener listener = new Listener(call, headers, ticket);
    if (ticket.refused()) {
      listener.refuse(Inbound.noRoom());
      return listener;
    }
    Inbound.current()
        .admit(
            ticket,
            method.limitBytes(),
            // later: grpc is in the midst of taking the message apart
            refused -> {
              listener.refused = refused;
              EventLoops.afterRead(() -> listener.refuse(refused));
            });
    if (!method.reserves()) {
      call.request(1);
    }
    return listener;
  }

  private final class Listener extends ServerCall.Listener<RawRequest> {
    private final ServerCall<RawRequest, A> call;
    private final Metadata headers;
    private final RequestBudget.Ticket ticket;
    private boolean taken;
    private @Nullable ElanusException refused;

    Listener(ServerCall<RawRequest, A> call, Metadata headers, RequestBudget.Ticket ticket) {
      this.call = call;
      this.headers = headers;
      this.ticket = ticket;
    }

    /**
     * Answers without waiting for the end of the client's stream, as Milvus does: the Node SDK
     * never ends the stream of a call that it repeats, and would wait until its deadline.
     */
    @Override
    public void onMessage(RawRequest raw) {
      if (refused != null) {
        refuse(refused); // nevertheless it is here: its last bytes, or its unpacked ones, were too
        // many
        return;
      }
      taken = true;
      ticket.arrived(raw.bytes().length);
      meters.began();
      Work work = new Work(call, headers, ticket, raw, System.nanoTime());
      int likeOthers = work.kind();
      if (likeOthers == MAY_WAIT) {
        threads.run(work);
      } else {
        threads.run(likeOthers, work);
      }
    }

    /** Answers a request that is not let in; on the event loop. */
    void refuse(ElanusException reason) {
      if (taken || call.isCancelled()) {
        return;
      }
      taken = true;
      meters.began();
      send(call, method.failure().apply(RawRequest.EMPTY, Statuses.of(reason)));
      meters.ended(false, 0);
      ticket.end();
    }

    @Override
    public void onHalfClose() {
      if (!taken) {
        taken = true;
        call.close(Status.INTERNAL.withDescription("no request"), new Metadata());
        ticket.end();
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
      if (method.kind() == null || raw.bytes().length > SHORT_BYTES) {
        return MAY_WAIT;
      }
      try {
        return method.kind().applyAsInt(decoded(false));
      } catch (RuntimeException toldLater) {
        return MAY_WAIT;
      }
    }

    @Override
    public void run() {
      boolean succeeded = false;
      try {
        Caller caller = Caller.of(headers);
        Q whole = decoded(true);
        check(caller, whole);
        A answer = method.rpc().answer(caller, whole);
        succeeded = true;
        send(call, answer);
      } catch (ElanusException e) {
        fail(Statuses.of(e));
      } catch (StatusRuntimeException e) {
        call.close(e.getStatus(), new Metadata());
      } catch (Waits.WouldWait again) {
        throw again;
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, "request failed: method=" + method.name(), e);
        fail(Statuses.unexpected(e));
      }
      ticket.end();
      meters.ended(succeeded, System.nanoTime() - began);
    }

    private void fail(io.elanus.api.milvus.proto.Status status) {
      send(call, method.failure().apply(raw, status));
    }

    private Q decoded(boolean mayWait) {
      if (request == null) {
        long bytes = method.shape().check(raw.bytes());
        switch (ticket.grow(bytes, mayWait)) {
          case GRANTED -> request = method.decoder().decode(raw);
          case NO_ROOM -> throw Inbound.noRoom();
          case NEVER ->
              throw new ElanusException(
                  ErrorCode.MEMORY_LIMIT,
                  "memory limit exceeded, the request would take %d bytes, a request may take %d"
                      .formatted(bytes, budget.mostBytes()));
        }
      }
      return Objects.requireNonNull(request);
    }
  }

  private void check(Caller caller, Q request) {
    if (authorizer == Authorizer.OFF) {
      return; // and the protocol's descriptors need not be built
    }
    authorizer.authenticate(caller);
    Privileges.Demand demand =
        Privileges.of(method.name())
            .orElseThrow(() ->
                Status.PERMISSION_DENIED
                    .withDescription("no privilege is mapped to " + method.name())
                    .asRuntimeException());
    switch (demand) {
      case Privileges.Demand.None none -> {}
      case Privileges.Demand.Privilege wanted ->
          authorizer.authorize(
              caller,
              caller.database(text(request, "db_name")),
              wanted.privilege(),
              wanted.objectType(),
              objects(request, wanted.nameField()));
    }
  }

  private static String text(Object request, String field) {
    return switch (request) {
      case RawRequest raw -> raw.text(2);
      case Message message -> {
        FieldDescriptor found = message.getDescriptorForType().findFieldByName(field);
        yield found == null ? "" : message.getField(found).toString();
      }
      default -> "";
    };
  }

  private static List<String> objects(Object request, int field) {
    if (field < 0) {
      return List.of("*");
    }
    if (request instanceof RawRequest raw) {
      return List.of(raw.text(field));
    }
    if (request instanceof Message message) {
      FieldDescriptor found = message.getDescriptorForType().findFieldByNumber(field);
      Object value = found == null ? "*" : message.getField(found);
      return value instanceof List<?> many
          ? many.stream().map(Object::toString).toList()
          : List.of(value.toString());
    }
    return List.of("*");
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
