package io.elanus.node.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.node.fakes.TestTable;
import io.elanus.node.streaming.LogRecordCodec.Decoded;
import io.elanus.node.streaming.LogRecordCodec.Header;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import io.elanus.schema.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogRecordCodecTest {
  private static final Header HEADER = new Header("test-dml_0_5v0", 3, 41, 1234567890123L, "req");

  private static ByteBuffer encoded(LogEntry entry) {
    return LogRecordCodec.encode(HEADER, entry, new RecordWriter(16));
  }

  private static List<ByteBuffer> split(LogEntry entry, int maximum) {
    RecordWriter out = new RecordWriter(16);
    return LogRecordCodec.split(LogRecordCodec.encode(HEADER, entry, out), HEADER, maximum, out);
  }

  private static LogEntry roundTrip(LogEntry entry) {
    Decoded decoded = LogRecordCodec.decode(encoded(entry));
    assertThat(decoded.header()).isEqualTo(HEADER);
    return decoded.entry();
  }

  @Test
  void entriesComeBackAsTheyWere() {
    CollectionSchema schema = schema();
    for (LogEntry entry :
        List.of(
            new LogEntry.CreateSegment(5, 6, schema),
            new LogEntry.Flush(List.of(1L, 2L)),
            new LogEntry.ChangeSchema(schema),
            new LogEntry.DropShard(),
            new LogEntry.DropPartition(9),
            new LogEntry.Truncate(11),
            new LogEntry.Begin(2, 99),
            new LogEntry.Commit(),
            new LogEntry.Write(Optional.of(Keys.of(1L, -5L)), Optional.of(7L), List.of()),
            new LogEntry.Write(
                Optional.of(Keys.of(List.of("a", "ü"))), Optional.empty(), List.of()))) {
      assertThat(roundTrip(entry)).isEqualTo(entry);
    }
    LogEntry.Requests requests =
        (LogEntry.Requests) roundTrip(new LogEntry.Requests(List.of("x", "y"), new long[] {4, 5}));
    assertThat(requests.ids()).containsExactly("x", "y");
    assertThat(requests.timestamps()).containsExactly(4, 5);
  }

  @Test
  void piecesTakeTheMemoryOfTheirRecordOnceMore() {
    long[] keys = new long[100_000];
    var entry = new LogEntry.Write(Optional.of(Keys.of(keys)), Optional.empty(), List.of());
    RecordWriter out = new RecordWriter(16);
    ByteBuffer whole = LogRecordCodec.encode(HEADER, entry, out);
    List<ByteBuffer> pieces = LogRecordCodec.split(whole, HEADER, 10_000, out);
    int bytes = pieces.stream().mapToInt(ByteBuffer::remaining).sum();
    assertThat(out.memory().capacity()).isEqualTo(bytes);
  }

  @Test
  void rowsComeBackAsTheyWere() {
    RowBatch rows = TestTable.rows(new long[] {1, 2}, new long[] {10, 20});
    LogEntry.Write write =
        (LogEntry.Write)
            roundTrip(
                new LogEntry.Write(
                    Optional.of(Keys.of(1L)),
                    Optional.empty(),
                    List.of(new LogEntry.Part(5, 6, 70, rows))));
    LogEntry.Part part = write.inserts().getFirst();
    assertThat(part.segmentId()).isEqualTo(5);
    assertThat(part.firstRowId()).isEqualTo(70);
    assertThat(TestTable.versions(part.batch())).isEqualTo(Map.of(1L, 10L, 2L, 20L));
  }

  @Test
  void recordsInUsedMemoryAreTheSame() {
    LogEntry write =
        new LogEntry.Write(
            Optional.empty(),
            Optional.empty(),
            List.of(
                new LogEntry.Part(
                    5, 6, 70, TestTable.rows(new long[] {1, 2}, new long[] {10, 20}))));
    ByteBuffer used = ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < used.capacity(); at++) {
      used.put(at, (byte) 0xAA);
    }
    RecordWriter out = new RecordWriter(used);
    ByteBuffer first = LogRecordCodec.encode(HEADER, write, out);
    out.begin().text("begun and never finished");
    ByteBuffer second = LogRecordCodec.encode(HEADER, write, out);
    assertThat(first).isEqualTo(encoded(write));
    assertThat(second).isEqualTo(encoded(write));
  }

  @Test
  void everyChangedByteIsNoticed() {
    ByteBuffer record = encoded(new LogEntry.Flush(List.of(1L, 2L)));
    for (int at = 0; at < record.limit(); at++) {
      ByteBuffer damaged = ByteBuffer.allocate(record.limit()).order(record.order());
      damaged.put(record.duplicate()).flip();
      damaged.put(at, (byte) (damaged.get(at) ^ 0x10));
      assertThatThrownBy(() -> LogRecordCodec.decode(damaged)).isInstanceOf(ElanusException.class);
    }
  }

  @Test
  void aLargeRecordIsSplitAndPutTogether() {
    long[] keys = new Random(4).longs(500).toArray();
    LogEntry write = new LogEntry.Write(Optional.of(Keys.of(keys)), Optional.empty(), List.of());
    List<ByteBuffer> records = split(write, 300);
    assertThat(records).allMatch(record -> record.remaining() <= 300);
    RecordAssembly assembly = new RecordAssembly();
    Optional<Decoded> whole = Optional.empty();
    for (ByteBuffer record : records) {
      assertThat(whole).isEmpty();
      whole = assembly.take(LogRecordCodec.decode(record));
    }
    assertThat(whole.orElseThrow().entry()).isEqualTo(write);
    assertThat(assembly.lastSequence()).isEqualTo(HEADER.sequence() + records.size() - 1);
  }

  @Test
  void aRequestWithoutCommitIsForgotten() {
    LogEntry write =
        new LogEntry.Write(Optional.of(Keys.of(new long[100])), Optional.empty(), List.of());
    List<ByteBuffer> records = split(write, 200);
    RecordAssembly assembly = new RecordAssembly();
    for (ByteBuffer record : records.subList(0, 2)) {
      assertThat(assembly.take(LogRecordCodec.decode(record))).isEmpty();
    }
    Header next = new Header("c", 4, HEADER.sequence() + 2, 1, "");
    assertThat(assembly.take(new Decoded(next, new LogEntry.Truncate(11)))).isPresent();
    assertThat(
            assembly.take(
                new Decoded(next.withSequence(next.sequence() + 1), new LogEntry.Commit())))
        .isEmpty();
  }

  @Test
  void aMissingRecordStopsTheReader() {
    RecordAssembly assembly = new RecordAssembly();
    assembly.take(new Decoded(HEADER, new LogEntry.Truncate(11)));
    assertThatThrownBy(
            () -> assembly.take(new Decoded(HEADER.withSequence(43), new LogEntry.Truncate(11))))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("missing");
  }

  private static CollectionSchema schema() {
    FieldSchema rich =
        new FieldSchema(
            103,
            "tags",
            "what it is about",
            DataType.ARRAY,
            Optional.of(DataType.VARCHAR),
            false,
            false,
            true,
            true,
            true,
            true,
            Optional.of(
                new Value.Many(
                    List.of(
                        new Value.Text("t"),
                        new Value.Int(-1),
                        new Value.Real(0.5),
                        new Value.Bool(true)))),
            Map.of("max_capacity", "10"));
    FieldSchema key = TestTable.field(100, "id", DataType.INT64, true, false, Map.of());
    return new CollectionSchema(
        "name", "text", List.of(key, rich), Map.of("ttl", "5"), 4, List.of(101L, 102L), 104);
  }
}
