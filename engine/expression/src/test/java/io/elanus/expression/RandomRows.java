package io.elanus.expression;

import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Rows of {@link Schemas#DYNAMIC} with few distinct values, so that predicates meet them. */
record RandomRows(SplittableRandom random) {
  private static final List<String> TEXTS =
      List.of("", "a", "ab", "abc", "b", "ba", "a_c", "a%", "é", "中文", "😀", "aa\nb", "zz", "1");

  RowBatch rows(int count) {
    Map<Long, Column> columns = new LinkedHashMap<>();
    for (FieldSchema field : Schemas.DYNAMIC.fields()) {
      ColumnBuilder builder = ColumnBuilder.of(field);
      for (int row = 0; row < count; row++) {
        boolean isNull = field.nullable() && random.nextInt(4) == 0;
        builder.add(isNull ? null : value(field, row));
      }
      columns.put(field.id(), builder.build());
    }
    return new RowBatch(count, columns);
  }

  private Object value(FieldSchema field, int row) {
    return switch (field.type()) {
      case INT64 -> field.primaryKey() ? (long) row : integer();
      case ARRAY -> array(field);
      case JSON -> document();
      case FLOAT_VECTOR -> new float[field.dimension()];
      default -> scalar(field);
    };
  }

  private Object scalar(FieldSchema field) {
    return switch (field.elementType().orElse(field.type())) {
      case BOOL -> random.nextBoolean();
      case INT8, INT16, INT32 -> random.nextInt(-5, 6);
      case INT64 -> integer();
      case FLOAT, DOUBLE -> real();
      case VARCHAR -> TEXTS.get(random.nextInt(TEXTS.size()));
      default -> throw new IllegalArgumentException(field.toString());
    };
  }

  private Object array(FieldSchema field) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(scalar(field));
    }
    return list;
  }

  private long integer() {
    return switch (random.nextInt(20)) {
      case 0 -> Long.MAX_VALUE;
      case 1 -> Long.MIN_VALUE;
      case 2 -> (1L << 53) + 1;
      default -> random.nextInt(-5, 6);
    };
  }

  private double real() {
    return switch (random.nextInt(10)) {
      case 0 -> 0.1;
      case 1 -> -0.0;
      case 2 -> 1e30;
      default -> random.nextInt(-10, 11) / 2.0;
    };
  }

  private String document() {
    return switch (random.nextInt(12)) {
      case 0 -> json(2);
      case 1 -> "{}";
      default -> {
        var text = new StringBuilder("{");
        for (String key : List.of("a", "b", "c", "0")) {
          if (random.nextInt(4) != 0) {
            text.append(text.length() > 1 ? ", " : "").append('"').append(key).append("\": ");
            text.append(json(2));
          }
        }
        yield text.append('}').toString();
      }
    };
  }

  private String json(int depth) {
    return switch (random.nextInt(depth == 0 ? 9 : 12)) {
      case 0 -> "null";
      case 1 -> random.nextBoolean() ? "true" : "false";
      case 2, 3, 4 -> Long.toString(integer());
      case 5 -> Double.toString(real());
      case 6 -> "18446744073709551615";
      case 7, 8 -> quoted(TEXTS.get(random.nextInt(TEXTS.size())));
      case 9, 10 -> {
        List<String> elements = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          elements.add(json(depth - 1));
        }
        yield "[" + String.join(",", elements) + "]";
      }
      default -> "{\"a\": " + json(depth - 1) + "}";
    };
  }

  static String quoted(@Nullable String text) {
    return '"' + String.valueOf(text).replace("\\", "\\\\").replace("\n", "\\n") + '"';
  }

  String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }
}
