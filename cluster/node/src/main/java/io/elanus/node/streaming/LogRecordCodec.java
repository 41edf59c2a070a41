package io.elanus.node.streaming;

import io.elanus.node.streaming.LogEntry.Part;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatchCodec;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The bytes of a log record.
 *
 * <pre>
 * 0   u32  CRC32C of everything that follows
 * 4   u8   format version, 1
 * 5   u8   kind
 * 6   i64  epoch of the writer
 * 14  i64  sequence: one more than the record before it on the physical channel
 * 22  i64  timestamp
 * 30  text virtual channel (i32 bytes, UTF-8)
 *     text request id; empty when there is none
 *     body, after its kind:
 *      1 insert, 2 delete, 3 upsert:
 *          u8 flags: 1 keys to delete follow, 2 only in one partition
 *          [i64 partition] [keys]
 *          i32 parts; each: i64 segment, i64 partition, i64 first row id, i32 bytes, the row batch ({@link RowBatchCodec})
 *      4 begin: i32 pieces, i32 bytes of the record they make together
 *      5 piece: its bytes, to the end of the record
 *      6 commit: nothing
 *      7 create segment: i64 segment, i64 partition, schema ({@link SchemaCodec})
 *      8 flush: i32 count, i64 segment ids
 *      9 change of schema: schema
 *     10 drop shard: nothing
 *     11 drop partition: i64 partition
 *     12 truncate: i64 timestamp before which rows are gone
 *     13 requests: i32 count, each: text id, i64 timestamp
 * </pre>
 *
 * All little-endian. A request that does not fit one record is begin, pieces and commit in one
 * append; the pieces together are a record of this format with the sequence of the begin.
 */
final class LogRecordCodec {
  private static final int VERSION = 1;
  private static final int CRC_BYTES = 4;

  /** Everything in front of the body, but the two texts' own bytes. */
  private static final int HEAD_BYTES = 38;

  private static final int BEGIN_BYTES = 8;

  /** What every record says of itself. */
  record Header(String channel, long epoch, long sequence, long timestamp, String requestId) {
    Header withSequence(long newSequence) {
      return new Header(channel, epoch, newSequence, timestamp, requestId);
    }
  }

  record Decoded(Header header, LogEntry entry) {}

  private LogRecordCodec() {}

  /** The record, in the writer's memory. */
  static ByteBuffer encode(Header header, LogEntry entry, RecordWriter out) {
    out.begin().i32(0).u8(VERSION).u8(kind(entry));
    out.i64(header.epoch()).i64(header.sequence()).i64(header.timestamp());
    out.text(header.channel()).text(header.requestId());
    writeBody(entry, out);
    ByteBuffer bytes = out.finish();
    return bytes.putInt(0, crc(bytes));
  }

  /** Throws DATA_INTEGRITY for bytes that are no record. Rows borrow {@code bytes}. */
  static Decoded decode(ByteBuffer bytes) {
    RecordReader in = new RecordReader(bytes);
    if (in.i32() != crc(bytes)) {
      throw RecordReader.damaged("the checksum of a log record is wrong");
    }
    int version = in.u8();
    if (version != VERSION) {
      throw RecordReader.damaged("unknown format version of a log record").with("version", version);
    }
    int kind = in.u8();
    long epoch = in.i64();
    long sequence = in.i64();
    long timestamp = in.i64();
    Header header = new Header(in.text(), epoch, sequence, timestamp, in.text());
    return new Decoded(header, readBody(kind, in));
  }

  /** The record as it is, or as begin, pieces and commit when it is longer than {@code maximum}. */
  static List<ByteBuffer> split(ByteBuffer record, Header header, int maximum, RecordWriter out) {
    if (record.remaining() <= maximum) {
      return List.of(record);
    }
    int overhead = emptyBytes(header);
    int pieceBytes = maximum - overhead;
    int pieces = Math.ceilDiv(record.remaining(), pieceBytes);
    out.reserve(record.remaining() + (pieces + 2L) * overhead + BEGIN_BYTES);
    List<ByteBuffer> records = new ArrayList<>(pieces + 2);
    long sequence = header.sequence();
    records.add(encode(header, new LogEntry.Begin(pieces, record.remaining()), out));
    for (int i = 0; i < pieces; i++) {
      int from = i * pieceBytes;
      ByteBuffer piece = record.slice(from, Math.min(pieceBytes, record.remaining() - from));
      records.add(encode(header.withSequence(++sequence), new LogEntry.Piece(piece), out));
    }
    records.add(encode(header.withSequence(++sequence), new LogEntry.Commit(), out));
    return records;
  }

  /** Of a record without a body. */
  private static int emptyBytes(Header header) {
    return HEAD_BYTES
        + header.channel().getBytes(StandardCharsets.UTF_8).length
        + header.requestId().getBytes(StandardCharsets.UTF_8).length;
  }

  private static int crc(ByteBuffer record) {
    CRC32C crc = new CRC32C();
    crc.update(record.slice(record.position() + CRC_BYTES, record.remaining() - CRC_BYTES));
    return (int) crc.getValue();
  }

  private static int kind(LogEntry entry) {
    return switch (entry) {
      case LogEntry.Write write ->
          write.deletes().isEmpty() ? 1 : write.inserts().isEmpty() ? 2 : 3;
      case LogEntry.Begin begin -> 4;
      case LogEntry.Piece piece -> 5;
      case LogEntry.Commit commit -> 6;
      case LogEntry.CreateSegment create -> 7;
      case LogEntry.Flush flush -> 8;
      case LogEntry.ChangeSchema change -> 9;
      case LogEntry.DropShard drop -> 10;
      case LogEntry.DropPartition drop -> 11;
      case LogEntry.Truncate truncate -> 12;
      case LogEntry.Requests requests -> 13;
    };
  }

  private static void writeBody(LogEntry entry, RecordWriter out) {
    switch (entry) {
      case LogEntry.Write write -> writeWrite(write, out);
      case LogEntry.Begin begin -> out.i32(begin.pieces()).i32(begin.bytes());
      case LogEntry.Piece piece -> out.raw(piece.bytes());
      case LogEntry.CreateSegment create -> {
        out.i64(create.segmentId()).i64(create.partitionId());
        SchemaCodec.write(create.schema(), out);
      }
      case LogEntry.Flush flush -> {
        out.i32(flush.segments().size());
        flush.segments().forEach(out::i64);
      }
      case LogEntry.ChangeSchema change -> SchemaCodec.write(change.schema(), out);
      case LogEntry.DropPartition drop -> out.i64(drop.partitionId());
      case LogEntry.Truncate truncate -> out.i64(truncate.before());
      case LogEntry.Requests requests -> {
        out.i32(requests.ids().size());
        for (int i = 0; i < requests.ids().size(); i++) {
          out.text(requests.ids().get(i)).i64(requests.timestamps()[i]);
        }
      }
      case LogEntry.Commit commit -> {}
      case LogEntry.DropShard drop -> {}
    }
  }

  private static void writeWrite(LogEntry.Write write, RecordWriter out) {
    out.u8((write.deletes().isPresent() ? 1 : 0) | (write.deletePartition().isPresent() ? 2 : 0));
    write.deletePartition().ifPresent(out::i64);
    write.deletes().ifPresent(out::keys);
    out.i32(write.inserts().size());
    for (Part part : write.inserts()) {
      out.i64(part.segmentId()).i64(part.partitionId()).i64(part.firstRowId());
      out.rows(part.batch());
    }
  }

  private static LogEntry readBody(int kind, RecordReader in) {
    return switch (kind) {
      case 1, 2, 3 -> readWrite(in);
      case 4 -> new LogEntry.Begin(in.i32(), in.i32());
      case 5 -> new LogEntry.Piece(in.rest());
      case 6 -> new LogEntry.Commit();
      case 7 -> new LogEntry.CreateSegment(in.i64(), in.i64(), SchemaCodec.read(in));
      case 8 -> new LogEntry.Flush(readIds(in));
      case 9 -> new LogEntry.ChangeSchema(SchemaCodec.read(in));
      case 10 -> new LogEntry.DropShard();
      case 11 -> new LogEntry.DropPartition(in.i64());
      case 12 -> new LogEntry.Truncate(in.i64());
      case 13 -> readRequests(in);
      default -> throw RecordReader.damaged("unknown kind of log record").with("kind", kind);
    };
  }

  private static LogEntry readWrite(RecordReader in) {
    int flags = in.u8();
    Optional<Long> partition = (flags & 2) != 0 ? Optional.of(in.i64()) : Optional.empty();
    Optional<Keys> deletes = (flags & 1) != 0 ? Optional.of(in.keys()) : Optional.empty();
    List<Part> parts = new ArrayList<>();
    for (int left = in.count(28); left > 0; left--) {
      long segment = in.i64();
      long partitionId = in.i64();
      long firstRowId = in.i64();
      MemorySegment rows = MemorySegment.ofBuffer(in.block());
      parts.add(new Part(segment, partitionId, firstRowId, RowBatchCodec.decode(rows)));
    }
    return new LogEntry.Write(deletes, partition, parts);
  }

  private static List<Long> readIds(RecordReader in) {
    List<Long> ids = new ArrayList<>();
    for (int left = in.count(8); left > 0; left--) {
      ids.add(in.i64());
    }
    return ids;
  }

  private static LogEntry readRequests(RecordReader in) {
    int count = in.count(12);
    List<String> ids = new ArrayList<>(count);
    long[] timestamps = new long[count];
    for (int i = 0; i < count; i++) {
      ids.add(in.text());
      timestamps[i] = in.i64();
    }
    return new LogEntry.Requests(ids, timestamps);
  }
}
