package io.elanus.api.milvus;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Carries one unary RPC: takes the message on the event loop, chooses a thread, passes the
 * authorization filter, runs the {@link Rpc}, and turns what it throws into a status. Application
 * errors travel inside the answer; only authentication, permission and transport problems are gRPC
 * statuses.
 */
final class UnaryCall<Q, A extends Message> implements ServerCallHandler<Q, A> {
  private static final Logger LOG = System.getLogger(UnaryCall.class.getName());

  /** The kind of a request that is not short. */
  static final int MAY_WAIT = -1;

  private static final int MOST_ANSWER_BYTES = 256 << 20;

  private final String method;
  private final Rpc<Q, A> rpc;
  private final BiFunction<Q, io.elanus.api.milvus.proto.Status, A> failure;
  private final Authorizer authorizer;
  private final CallMeters meters;
  private final CallThreads threads;
  private final @Nullable ToIntFunction<Q> kind;
  private final @Nullable InsertBudget budget;

  /**
   * @param failure the answer that carries an error
   * @param kind hash of what decides how long a request takes, or MAY_WAIT; null when all may
   * @param budget bounds what is read, for RPCs that carry rows; null for others
   */
  UnaryCall(
      String method,
      Rpc<Q, A> rpc,
      BiFunction<Q, io.elanus.api.milvus.proto.Status, A> failure,
      Authorizer authorizer,
      CallMeters meters,
      CallThreads threads,
      @Nullable ToIntFunction<Q> kind,
      @Nullable InsertBudget budget) {
    this.method = method;
    this.rpc = rpc;
    this.failure = failure;
    this.authorizer = authorizer;
    this.meters = meters;
    this.threads = threads;
    this.kind = kind;
    this.budget = budget;
  }

  @Override
  public ServerCall.Listener<Q> startCall(ServerCall<Q, A> call, Metadata headers) {
    if (budget == null) {
      call.request(1);
      return new Listener(call, headers, null);
    }
    InsertBudget.Ticket ticket = budget.enter(() -> call.request(1));
    if (ticket.refused()) {
      call.close(Status.UNAVAILABLE.withDescription("too many inserts wait"), new Metadata());
    }
    return new Listener(call, headers, ticket);
  }

  private final class Listener extends ServerCall.Listener<Q> {
    private final ServerCall<Q, A> call;
    private final Metadata headers;
    private final InsertBudget.@Nullable Ticket ticket;
    private boolean running;

    Listener(ServerCall<Q, A> call, Metadata headers, InsertBudget.@Nullable Ticket ticket) {
      this.call = call;
      this.headers = headers;
      this.ticket = ticket;
    }

    /**
     * Answers without waiting for the end of the client's stream, as Milvus does: the Node SDK
     * never ends the stream of a call that it repeats, and would wait until its deadline.
     */
    @Override
    public void onMessage(Q message) {
      running = true;
      if (ticket != null && message instanceof RawRequest raw) {
        ticket.arrived(raw.bytes().length);
      }
      int likeOthers = kind == null ? MAY_WAIT : kind.applyAsInt(message);
      meters.began();
      long began = System.nanoTime();
      Runnable work =
          () -> {
            run(call, headers, message, began);
            end();
          };
      if (likeOthers == MAY_WAIT) {
        threads.run(work);
      } else {
        threads.run(likeOthers, work);
      }
    }

    @Override
    public void onHalfClose() {
      if (!running) {
        call.close(Status.INTERNAL.withDescription("no request"), new Metadata());
      }
    }

    @Override
    public void onCancel() {
      if (!running) {
        end();
      }
    }

    private void end() {
      if (ticket != null) {
        ticket.end();
      }
    }
  }

  /** Leaves nothing behind when it is given up because it would wait. */
  private void run(ServerCall<Q, A> call, Metadata headers, Q request, long began) {
    boolean succeeded = false;
    try {
      Caller caller = Caller.of(headers);
      check(caller, request);
      A answer = rpc.answer(caller, request);
      succeeded = true;
      send(call, answer);
    } catch (ElanusException e) {
      send(call, failure.apply(request, Statuses.of(e)));
    } catch (StatusRuntimeException e) {
      call.close(e.getStatus(), new Metadata());
    } catch (Waits.WouldWait again) {
      throw again;
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "request failed: method=" + method, e);
      send(call, failure.apply(request, Statuses.unexpected(e)));
    }
    meters.ended(succeeded, System.nanoTime() - began);
  }

  private void check(Caller caller, Q request) {
    if (authorizer == Authorizer.OFF) {
      return; // and the protocol's descriptors need not be built
    }
    authorizer.authenticate(caller);
    Privileges.Demand demand =
        Privileges.of(method)
            .orElseThrow(() ->
                Status.PERMISSION_DENIED
                    .withDescription("no privilege is mapped to " + method)
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

  private void send(ServerCall<Q, A> call, A answer) {
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
