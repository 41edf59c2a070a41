package io.elanus.api.milvus;

import io.elanus.api.http.EventLoops;
import io.grpc.Status;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Ends a call whose request does not go on coming in: it may hold room that others wait for. On the
 * event loop of the call. Time in which a call is kept unread does not count.
 *
 * @param stall in which so much of the request must come
 * @param over whether the request is here, or the call has ended
 * @param end of the call, with this status
 */
record StallWatch(
    Inbound inbound,
    RequestBudget.Ticket ticket,
    Duration stall,
    BooleanSupplier over,
    Consumer<Status> end) {
  private static final long LEAST_BYTES = 64 << 10;

  /** Looks once what has come in is handed out: most requests are here with their headers. */
  void begin() {
    EventLoops.afterRead(this::look);
  }

  private void look() {
    if (over.getAsBoolean()) {
      return;
    }
    long before = inbound.bytes();
    boolean begun = ticket.admitted();
    EventLoops.after(stall, () -> lookAgain(begun, before));
  }

  private void lookAgain(boolean begun, long before) {
    if (begun && !over.getAsBoolean() && inbound.bytes() - before < LEAST_BYTES) {
      end.accept(
          Status.UNAVAILABLE.withDescription(
              "the request did not come: fewer than %d bytes in %d ms"
                  .formatted(LEAST_BYTES, stall.toMillis())));
    } else {
      look();
    }
  }
}
