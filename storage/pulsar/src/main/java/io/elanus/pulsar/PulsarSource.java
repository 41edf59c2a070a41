package io.elanus.pulsar;

import io.elanus.brokers.Place;
import io.elanus.brokers.RecordSource;
import io.elanus.brokers.RecordStamp;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.MessageIdAdv;
import org.apache.pulsar.client.api.Reader;

/** Reads a topic with a reader of its own, which finds its broker again by itself. */
final class PulsarSource implements RecordSource {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final Reader<byte[]> reader;
  private final String topic;
  private CompletableFuture<Message<byte[]>> coming;
  private volatile CompletableFuture<Void> wake = new CompletableFuture<>();

  /**
   * @param reader closed with this
   */
  PulsarSource(Reader<byte[]> reader, String topic) {
    this.reader = reader;
    this.topic = topic;
    this.coming = reader.readNextAsync();
  }

  @Override
  public boolean hasFetched() {
    return coming.isDone();
  }

  @Override
  public Optional<Found> next(Duration patience) {
    CompletableFuture<Void> asked = wake;
    try {
      if (!coming.isDone()) {
        CompletableFuture.anyOf(coming, asked).get(patience.toNanos(), TimeUnit.NANOSECONDS);
      }
      if (asked.isDone()) {
        wake = new CompletableFuture<>();
      }
      return coming.isDone() ? Optional.of(taken()) : Optional.empty();
    } catch (TimeoutException none) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw PulsarErrors.of(interrupted, "read", topic);
    } catch (ExecutionException failure) {
      coming = reader.readNextAsync();
      throw PulsarErrors.of(failure, "read", topic);
    }
  }

  private Found taken() throws InterruptedException, ExecutionException {
    Message<byte[]> message = coming.get();
    coming = reader.readNextAsync();
    return found(message);
  }

  /** A message of a batch has its place with others: it is none of ours. */
  private static Found found(Message<byte[]> message) {
    MessageIdAdv id = (MessageIdAdv) message.getMessageId();
    Place place = new Place(id.getLedgerId(), id.getEntryId());
    ByteBuffer bytes = ByteBuffer.wrap(message.getData());
    if (id.getBatchIndex() >= 0 || bytes.remaining() < RecordStamp.BYTES) {
      return new Found(place, NONE, NONE);
    }
    ByteBuffer payload = bytes.slice(RecordStamp.BYTES, bytes.remaining() - RecordStamp.BYTES);
    return new Found(place, bytes.slice(0, RecordStamp.BYTES), payload);
  }

  @Override
  public void wakeUp() {
    wake.complete(null);
  }

  @Override
  public void close() {
    reader.closeAsync();
  }
}
