package io.elanus.node.streaming;

import io.elanus.node.streaming.LogRecordCodec.Decoded;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts records that were split back together, and stops at a gap. The records of one request follow
 * one another; one that breaks off without commit is forgotten. What it answers borrows from the
 * record or from the memory in which records are put together, until the next call.
 */
final class RecordAssembly {
  private ByteBuffer room = ByteBuffer.allocateDirect(0);
  private @Nullable ByteBuffer open;
  private int piecesLeft;
  private boolean any;
  private long lastSequence;
  private long lastEpoch;

  /** Takes the next record; answers a whole one when there is one. */
  Optional<Decoded> take(Decoded record) {
    checkSequence(record.header());
    return switch (record.entry()) {
      case LogEntry.Begin begin -> {
        open = room(begin.bytes());
        piecesLeft = begin.pieces();
        yield Optional.empty();
      }
      case LogEntry.Piece piece -> {
        if (open != null && open.remaining() >= piece.bytes().remaining()) {
          open.put(piece.bytes().duplicate());
          piecesLeft--;
        }
        yield Optional.empty();
      }
      case LogEntry.Commit commit -> committed();
      default -> {
        open = null;
        yield Optional.of(record);
      }
    };
  }

  /** The sequence of the last record; 0 before the first. */
  long lastSequence() {
    return lastSequence;
  }

  private ByteBuffer room(int bytes) {
    if (room.capacity() < bytes) {
      room = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    return room.clear().limit(bytes);
  }

  private Optional<Decoded> committed() {
    ByteBuffer whole = open;
    open = null;
    if (whole == null) {
      return Optional.empty();
    }
    if (piecesLeft != 0 || whole.hasRemaining()) {
      throw RecordReader.damaged("a committed request lacks pieces");
    }
    return Optional.of(LogRecordCodec.decode(whole.flip()));
  }

  private void checkSequence(LogRecordCodec.Header header) {
    boolean newOwner = header.epoch() > lastEpoch && header.sequence() == 1;
    if (any && header.sequence() != lastSequence + 1 && !newOwner) {
      throw RecordReader.damaged("a record is missing in the log")
          .with("expected", lastSequence + 1)
          .with("sequence", header.sequence());
    }
    if (header.epoch() < lastEpoch) {
      throw RecordReader.damaged("a record of an older epoch follows a newer one")
          .with("epoch", header.epoch());
    }
    any = true;
    lastSequence = header.sequence();
    lastEpoch = header.epoch();
  }
}
