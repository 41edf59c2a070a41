package io.elanus.roles.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.roles.Reads;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import io.elanus.schema.Value;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
  enum Colour {
    RED,
    GREEN
  }

  record Old(long id, String name, Colour colour, List<Value> values) {}

  record New(
      List<Value> values, String name, long id, Optional<String> added, int count, Old inner) {}

  record Containers(
      Map<String, Long> map,
      Set<Integer> set,
      Optional<Boolean> flag,
      Map<Long, List<Long>> nested) {}

  @Test
  void aRecordComesBackEqual() {
    var value =
        new Containers(
            Map.of("a", 1L, "ü", -2L),
            Set.of(3, 4),
            Optional.of(true),
            Map.of(5L, List.of(6L, 7L)));
    assertThat(RecordCodec.decode(Containers.class, encode(value))).isEqualTo(value);
  }

  @Test
  void alternativesNest() {
    Value value =
        new Value.Many(
            List.of(
                new Value.Text("x"),
                new Value.Real(-0.0),
                new Value.Many(List.of(new Value.Bool(true)))));
    assertThat(decode(Value.class, RecordCodec.encode(Value.class, value))).isEqualTo(value);
  }

  @Test
  void anotherVersionOfTheRecordSkipsAndDefaults() {
    byte[] bytes = encode(new Old(7, "seven", Colour.GREEN, List.of(new Value.Int(1))));
    New read = RecordCodec.decode(New.class, bytes);
    assertThat(read)
        .isEqualTo(
            new New(
                List.of(new Value.Int(1)),
                "seven",
                7,
                Optional.empty(),
                0,
                new Old(0, "", Colour.RED, List.of())));
  }

  @Test
  void columnsAndKeysTravel() {
    Column column =
        new ColumnBuilder(DataType.VARCHAR, 0, Optional.empty())
            .add("a")
            .addNull()
            .add("ccc")
            .build();
    var found = new Reads.Found(3, new RowBatch(3, Map.of(100L, column)));
    Reads.Found read = RecordCodec.decode(Reads.Found.class, encode(found));
    assertThat(read.rows().get(100).value(0)).isEqualTo("a");
    assertThat(read.rows().get(100).isNull(1)).isTrue();
    assertThat(read.rows().get(100).value(2)).isEqualTo("ccc");
    Keys keys = Keys.of(Long.MIN_VALUE, 0, 9);
    assertThat(decode(Keys.class, RecordCodec.encode(Keys.class, keys))).isEqualTo(keys);
  }

  record Arguments(List<RowBatch> rows, String behind) {}

  @Test
  void longRowsTakeLittleMoreRoomThanTheyAre() {
    String text = "x".repeat(3 << 20);
    Column column = new ColumnBuilder(DataType.VARCHAR, 0, Optional.empty()).add(text).build();
    RowBatch rows = new RowBatch(1, Map.of(7L, column));
    var value = new Arguments(List.of(rows, rows), "behind");
    ByteBuffer written = RecordCodec.encodeToBuffer(Arguments.class, value);
    assertThat(written).isEqualTo(ByteBuffer.wrap(encode(value)));
    assertThat(written.array()).hasSizeLessThan(8 << 20);
    Arguments read = (Arguments) RecordCodec.decode(Arguments.class, written);
    assertThat(read.behind()).isEqualTo("behind");
    assertThat(read.rows().get(1).get(7).value(0)).isEqualTo(text);
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] bytes = encode(new Old(7, "seven", Colour.GREEN, List.of(new Value.Int(1))));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> RecordCodec.decode(Old.class, cut))
          .isInstanceOf(ElanusException.class)
          .hasMessageContaining("message is damaged");
    }
  }

  @Test
  void aHugeCountAllocatesNothing() {
    byte[] count = {-1, -1, -1, 127};
    assertThatThrownBy(() -> decode(long[].class, count)).isInstanceOf(ElanusException.class);
  }

  private static byte[] encode(Record value) {
    return RecordCodec.encode(value.getClass(), value);
  }

  private static Object decode(Type type, byte[] bytes) {
    return RecordCodec.decode(type, ByteBuffer.wrap(bytes));
  }
}
