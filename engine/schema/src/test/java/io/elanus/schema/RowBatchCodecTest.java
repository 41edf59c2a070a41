package io.elanus.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RowBatchCodecTest {
  private static final Map<Long, List<?>> VALUES = new LinkedHashMap<>();

  private static RowBatch everyLayout() {
    Map<Long, Column> columns = new LinkedHashMap<>();
    put(columns, 1, DataType.BOOL, 0, null, Arrays.asList(true, null, false));
    put(columns, 2, DataType.INT16, 0, null, List.of(-5L, 7L, 32767L));
    put(columns, 3, DataType.INT64, 0, null, Arrays.asList(null, Long.MIN_VALUE, 3L));
    put(columns, 4, DataType.DOUBLE, 0, null, List.of(0.5, -1e300, 2.0));
    put(columns, 5, DataType.VARCHAR, 0, null, Arrays.asList("Rotmilan", null, ""));
    put(
        columns,
        6,
        DataType.ARRAY,
        0,
        DataType.VARCHAR,
        Arrays.asList(List.of("a", "bc"), List.of(), null));
    put(
        columns,
        7,
        DataType.ARRAY,
        0,
        DataType.BOOL,
        List.of(List.of(true), List.of(), List.of(false, true)));
    put(
        columns,
        8,
        DataType.ARRAY,
        0,
        DataType.INT8,
        List.of(List.of(1L, -1L), List.of(2L), List.of()));
    put(
        columns,
        9,
        DataType.BINARY_VECTOR,
        16,
        null,
        List.of(new byte[] {1, 2}, new byte[] {3, 4}, new byte[] {5, 6}));
    return new RowBatch(3, columns);
  }

  private static void put(
      Map<Long, Column> columns,
      long id,
      DataType type,
      int dimension,
      DataType element,
      List<?> values) {
    ColumnBuilder builder = new ColumnBuilder(type, dimension, Optional.ofNullable(element));
    values.forEach(builder::add);
    columns.put(id, builder.build());
    VALUES.put(id, values);
  }

  private static void assertHolds(RowBatch batch) {
    VALUES.forEach((id, values) -> {
      for (int row = 0; row < values.size(); row++) {
        assertThat(batch.get(id).value(row))
            .as("field %d row %d", id, row)
            .isEqualTo(values.get(row));
      }
    });
  }

  @Test
  void everyLayoutSurvivesEncodingAndDecoding() {
    RowBatch batch = everyLayout();
    assertHolds(batch);
    RowBatch decoded = RowBatchCodec.decode(MemorySegment.ofBuffer(RowBatchCodec.encode(batch)));
    assertHolds(decoded);
    assertThat(RowBatchCodec.encode(decoded)).isEqualTo(RowBatchCodec.encode(batch));
    assertThat(RowBatchCodec.encode(batch).remaining())
        .isEqualTo(RowBatchCodec.encodedBytes(batch));
  }

  @Test
  void takeReordersAndRepeatsRows() {
    RowBatch taken = everyLayout().take(new int[] {2, 0, 2});
    VALUES.forEach((id, values) -> {
      assertThat(taken.get(id).value(0)).isEqualTo(values.get(2));
      assertThat(taken.get(id).value(1)).isEqualTo(values.get(0));
      assertThat(taken.get(id).value(2)).isEqualTo(values.get(2));
    });
  }

  @Test
  void damagedBytesAreRefusedWithACode() {
    byte[] good = RowBatchCodec.encode(everyLayout()).array();
    for (int length = 0; length < 200; length += 7) {
      MemorySegment cut = MemorySegment.ofArray(Arrays.copyOf(good, length));
      assertThatThrownBy(() -> RowBatchCodec.decode(cut)).isInstanceOf(ElanusException.class);
    }
  }
}
