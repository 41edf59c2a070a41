package io.elanus.api.milvus;

import io.elanus.schema.ElanusException;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Charges the message of one call to the {@link RequestBudget} while it comes in, so that it is
 * refused before it is here. grpc calls it on the event loop of the connection and hands it to the
 * call in the {@link Context}.
 */
final class Inbound extends ServerStreamTracer {
  private static final Context.Key<Inbound> KEY = Context.key("inbound");

  /** One for each stream of a server. */
  static final Factory FACTORY =
      new Factory() {
        @Override
        public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
          return new Inbound();
        }
      };

  private RequestBudget.@Nullable Ticket ticket;
  private long limitBytes;
  private Consumer<ElanusException> refusal = refused -> {};
  private long wireBytes;
  private long plainBytes;
  private boolean refused;

  /** The one of the call that begins on this thread; of no use where a server has no tracers. */
  static Inbound current() {
    Inbound inbound = KEY.get();
    return inbound == null ? new Inbound() : inbound;
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  /**
   * From now on messages may come.
   *
   * @param limitBytes of the message
   * @param refusal called once, in the midst of receiving, when the message is not let in
   */
  void admit(RequestBudget.Ticket ticket, long limitBytes, Consumer<ElanusException> refusal) {
    this.ticket = ticket;
    this.limitBytes = limitBytes;
    this.refusal = refusal;
  }

  @Override
  public void inboundWireSize(long bytes) {
    wireBytes += bytes;
    charge();
  }

  /** Differs from the size on the wire when the message is compressed. */
  @Override
  public void inboundUncompressedSize(long bytes) {
    plainBytes += bytes;
    charge();
  }

  private void charge() {
    long bytes = bytes();
    if (refused || ticket == null) {
      return;
    }
    if (bytes > limitBytes) {
      refused = true;
      refusal.accept(tooLong(limitBytes));
      return;
    }
    RequestBudget.Growth growth = ticket.received(bytes);
    if (growth != RequestBudget.Growth.GRANTED) {
      refused = true;
      refusal.accept(ticket.refusal(growth));
    }
  }

  /** Of the message, so far. */
  long bytes() {
    return Math.max(wireBytes, plainBytes);
  }

  private static ElanusException tooLong(long limitBytes) {
    return ElanusException.invalid(
        "request is longer than " + limitBytes + " bytes, the most that this method takes");
  }
}
