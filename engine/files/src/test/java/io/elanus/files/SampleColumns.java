package io.elanus.files;

import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Columns of every type with random values, some of them null. */
final class SampleColumns {
  record Sample(FieldSchema field, List<Object> values) {
    ColumnSource inParts(int... sizes) {
      List<Column> parts = new ArrayList<>();
      int from = 0;
      for (int size : sizes) {
        parts.add(ColumnBuilder.column(field, values.subList(from, from + size)));
        from += size;
      }
      return ColumnSource.of(field, parts);
    }
  }

  private SampleColumns() {}

  static List<ColumnSource> sources(List<Sample> samples) {
    return samples.stream().map(sample -> sample.inParts(sample.values().size())).toList();
  }

  static List<Sample> everyType(int rows, long seed) {
    Random random = new Random(seed);
    List<Sample> samples = new ArrayList<>();
    long id = 100;
    for (DataType type : DataType.values()) {
      if (type == DataType.ARRAY) {
        for (DataType element :
            List.of(
                DataType.BOOL, DataType.INT8, DataType.INT64, DataType.DOUBLE, DataType.VARCHAR)) {
          samples.add(sample(id++, type, Optional.of(element), rows, random));
        }
      } else {
        samples.add(sample(id++, type, Optional.empty(), rows, random));
      }
    }
    return samples;
  }

  private static Sample sample(
      long id, DataType type, Optional<DataType> element, int rows, Random random) {
    boolean nullable = random.nextBoolean() && type != DataType.INT64;
    String name = type.wireName() + element.map(DataType::wireName).orElse("");
    FieldSchema field =
        new FieldSchema(
            id,
            name,
            "",
            type,
            element,
            false,
            false,
            false,
            false,
            nullable,
            false,
            Optional.empty(),
            type.isDenseVector() ? Map.of("dim", "24") : Map.of());
    List<Object> values = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      values.add(nullable && random.nextInt(4) == 0 ? null : value(field, random));
    }
    return new Sample(field, values);
  }

  private static Object value(FieldSchema field, Random random) {
    DataType type = field.type();
    return switch (type) {
      case ARRAY ->
          IntStream.range(0, random.nextInt(4))
              .mapToObj(i -> scalar(field.elementType().orElseThrow(), random))
              .toList();
      case SPARSE_FLOAT_VECTOR -> bytes(8 * random.nextInt(4), random);
      case FLOAT_VECTOR -> floats(field.dimension(), random);
      case BINARY_VECTOR, FLOAT16_VECTOR, BFLOAT16_VECTOR, INT8_VECTOR ->
          bytes(type.rowBytes(field.dimension()), random);
      default -> scalar(type, random);
    };
  }

  private static Object scalar(DataType type, Random random) {
    return switch (type) {
      case BOOL -> random.nextBoolean();
      case INT8 -> (long) (byte) random.nextInt();
      case INT16 -> (long) (short) random.nextInt();
      case INT32 -> (long) random.nextInt();
      case INT64 -> random.nextLong();
      case FLOAT -> random.nextFloat();
      case DOUBLE -> random.nextDouble();
      case VARCHAR -> "vogel-" + random.nextInt(1000) + (random.nextBoolean() ? "ü€" : "");
      case JSON -> "{\"a\":" + random.nextInt(10) + "}";
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  private static byte[] bytes(int count, Random random) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] floats(int count, Random random) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = random.nextFloat();
    }
    byte[] bytes = new byte[4 * count];
    MemorySegment target = MemorySegment.ofArray(bytes);
    for (int i = 0; i < count; i++) {
      target.set(Column.FLOAT, 4L * i, floats[i]);
    }
    return bytes;
  }
}
