package io.elanus.index.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.expression.ColumnIndex;
import io.elanus.expression.Comparison;
import io.elanus.expression.Filter;
import io.elanus.expression.FilterEvaluator;
import io.elanus.expression.Operand;
import io.elanus.expression.Rows;
import io.elanus.expression.Terms;
import io.elanus.expression.Truth;
import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Value;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An index answers as a scan does, for every question that it answers at all. */
final class ScalarIndexTest {
  private static final long FIELD = 100;
  private static final List<String> TEXTS =
      List.of("", "a", "ab", "abc", "abd", "b", "é", "中文", "😀", "a%", "zz", "z");

  @ParameterizedTest
  @CsvSource({
    "BOOL, INVERTED",
    "BOOL, BITMAP",
    "BOOL, AUTOINDEX",
    "INT8, INVERTED",
    "INT8, BITMAP",
    "INT8, STL_SORT",
    "INT16, INVERTED",
    "INT32, STL_SORT",
    "INT64, INVERTED",
    "INT64, BITMAP",
    "INT64, STL_SORT",
    "INT64, AUTOINDEX",
    "FLOAT, INVERTED",
    "FLOAT, STL_SORT",
    "DOUBLE, INVERTED",
    "DOUBLE, STL_SORT",
    "VARCHAR, INVERTED",
    "VARCHAR, BITMAP",
    "VARCHAR, STL_SORT",
    "VARCHAR, Trie",
    "VARCHAR, ''"
  })
  void aColumnIsAnsweredAsByAScan(DataType type, String index) {
    compare(field(type, Optional.empty()), index, Map.of(), new Operand.Field(FIELD, type));
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, INVERTED",
    "INT8, BITMAP",
    "INT64, INVERTED",
    "FLOAT, INVERTED",
    "DOUBLE, AUTOINDEX",
    "VARCHAR, INVERTED",
    "VARCHAR, BITMAP"
  })
  void elementsOfArraysAreAnsweredAsByAScan(DataType element, String index) {
    compare(
        field(DataType.ARRAY, Optional.of(element)),
        index,
        Map.of(),
        new Operand.Field(FIELD, DataType.ARRAY));
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, INVERTED",
    "DOUBLE, INVERTED",
    "VARCHAR, INVERTED",
    "DOUBLE, STL_SORT",
    "VARCHAR, BITMAP",
    "BOOL, BITMAP",
    "DOUBLE, AUTOINDEX"
  })
  void aJsonPathIsAnsweredAsByAScan(String cast, String index) {
    compare(
        field(DataType.JSON, Optional.empty()),
        index,
        Map.of("json_cast_type", cast, "json_path", "v[\"a\"]"),
        new Operand.JsonPath(FIELD, List.of("a")));
  }

  @Test
  void aFileIsMappedAndAnswers(@TempDir Path folder) throws IOException {
    FieldSchema field = field(DataType.VARCHAR, Optional.empty());
    Column column = column(new SplittableRandom(1), field, 500);
    Path file = folder.resolve("index");
    ScalarIndexes.build("INVERTED", field, column, file);
    try (Arena arena = Arena.ofShared();
        FileChannel channel = FileChannel.open(file)) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      Filter filter = new Filter.Like(new Operand.Field(FIELD, DataType.VARCHAR), "a%");
      Asked index = new Asked(ScalarIndexes.open(mapped));
      assertThat(FilterEvaluator.evaluate(filter, rows(column, index)))
          .isEqualTo(FilterEvaluator.evaluate(filter, rows(column, null)));
      assertThat(index.answered).isPositive();
    }
  }

  @Test
  void damagedFilesAreRefused() {
    FieldSchema field = field(DataType.INT64, Optional.empty());
    long seed = seed();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] whole =
        ScalarIndexes.build(
            ScalarIndexParameters.validate(field, "INVERTED", Map.of()),
            column(random, field, 300));
    for (int i = 0; i < 500; i++) {
      byte[] damaged =
          random.nextBoolean() ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      if (damaged.length == whole.length) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      assertThatThrownBy(() -> ScalarIndexes.open(MemorySegment.ofArray(damaged)))
          .as("seed %d", seed)
          .isInstanceOfSatisfying(
              ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_INTEGRITY));
    }
  }

  /** Files whose checksum is right. */
  @ParameterizedTest
  @CsvSource({
    "0, 1, 0, true",
    "0, 1, 3, true",
    "0, 1, 4, false",
    "0, 1, -1, false",
    "1, 0, 0, false",
    "-1, 1, 0, false",
    "0, 2, 0, false"
  })
  void listsOfNoRowsAreRefused(int start, int end, int row, boolean valid) {
    byte[] file =
        ScalarIndexFormat.assemble(
            ScalarIndexFormat.ValueClass.INTEGER,
            0,
            4,
            1,
            List.of(new byte[8], new byte[8], ints(), ints(start, end), ints(row)));
    if (valid) {
      assertThat(ScalarIndexes.open(MemorySegment.ofArray(file)).count()).isEqualTo(4);
    } else {
      assertThatThrownBy(() -> ScalarIndexes.open(MemorySegment.ofArray(file)))
          .isInstanceOfSatisfying(
              ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_INTEGRITY));
    }
  }

  private static byte[] ints(int... numbers) {
    byte[] bytes = new byte[4 * numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      MemorySegment.ofArray(bytes).set(Column.INT, 4L * i, numbers[i]);
    }
    return bytes;
  }

  private static void compare(
      FieldSchema field, String index, Map<String, String> parameters, Operand operand) {
    long seed = seed();
    SplittableRandom random = new SplittableRandom(seed);
    ScalarIndexSpec spec = ScalarIndexParameters.validate(field, index, parameters);
    int answered = 0;
    for (int count : new int[] {0, 1, 63, 64, 65, 400}) {
      Column column = column(random, field, count);
      Asked asked =
          new Asked(ScalarIndexes.open(MemorySegment.ofArray(ScalarIndexes.build(spec, column))));
      assertThat(asked.count()).isEqualTo(count);
      for (int i = 0; i < 100; i++) {
        Filter filter = question(random, field, operand);
        Truth scanned = FilterEvaluator.evaluate(filter, rows(column, null));
        Truth indexed = FilterEvaluator.evaluate(filter, rows(column, asked));
        assertThat(indexed).as("seed %d, %s of %d rows", seed, filter, count).isEqualTo(scanned);
        Bits candidates = Bits.none(count);
        for (int row = 0; row < count; row += 1 + random.nextInt(30)) {
          candidates.set(row);
        }
        assertThat(FilterEvaluator.evaluate(filter, rows(column, asked), candidates))
            .as("seed %d, %s of %d rows", seed, filter, count)
            .isEqualTo(
                new Truth(scanned.matches().and(candidates), scanned.unknown().and(candidates)));
      }
      answered += asked.answered;
    }
    assertThat(answered).as("questions that the index answered").isGreaterThan(100);
  }

  private static Filter question(SplittableRandom random, FieldSchema field, Operand operand) {
    DataType type = field.elementType().orElse(field.type());
    if (type == DataType.JSON) {
      type =
          List.of(DataType.BOOL, DataType.INT64, DataType.DOUBLE, DataType.VARCHAR)
              .get(random.nextInt(4));
    }
    if (field.type() == DataType.ARRAY) {
      return new Filter.Contains(
          operand,
          random.nextBoolean() ? Filter.Quantifier.ANY : Filter.Quantifier.ALL,
          constants(random, type, 1 + random.nextInt(3)));
    }
    Value value = constant(random, type);
    Filter filter =
        switch (random.nextInt(type == DataType.VARCHAR ? 6 : type == DataType.BOOL ? 2 : 4)) {
          case 0 ->
              new Filter.Compare(
                  operand, random.nextBoolean() ? Comparison.EQUAL : Comparison.NOT_EQUAL, value);
          case 1 -> new Filter.AnyOf(operand, terms(constants(random, type, random.nextInt(5))));
          case 2 -> new Filter.Compare(operand, Comparison.values()[2 + random.nextInt(4)], value);
          case 3 ->
              new Filter.Range(
                  operand,
                  value,
                  random.nextBoolean(),
                  constant(random, type),
                  random.nextBoolean());
          case 4 ->
              new Filter.Like(
                  operand, List.of("a%", "%b", "a_", "ab", "%", "", "zz%").get(random.nextInt(7)));
          default -> new Filter.Regex(operand, List.of("a", "^b", "z$").get(random.nextInt(3)));
        };
    return random.nextInt(3) == 0 ? new Filter.Not(filter) : filter;
  }

  private static List<Value> constants(SplittableRandom random, DataType type, int count) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(constant(random, type));
    }
    return values;
  }

  private static Value constant(SplittableRandom random, DataType type) {
    return switch (type) {
      case BOOL -> new Value.Bool(random.nextBoolean());
      case FLOAT, DOUBLE -> new Value.Real(((Number) scalar(random, type)).doubleValue());
      case VARCHAR -> new Value.Text(TEXTS.get(random.nextInt(TEXTS.size())));
      default -> new Value.Int(((Number) scalar(random, DataType.INT64)).longValue());
    };
  }

  private static Terms terms(List<Value> values) {
    if (values.isEmpty()) {
      return Terms.none();
    }
    return switch (values.getFirst()) {
      case Value.Bool bool ->
          Terms.ofBooleans(
              values.contains(new Value.Bool(false)), values.contains(new Value.Bool(true)));
      case Value.Int integer ->
          Terms.ofLongs(values.stream().mapToLong(v -> ((Value.Int) v).value()).toArray());
      case Value.Real real ->
          Terms.ofDoubles(values.stream().mapToDouble(v -> ((Value.Real) v).value()).toArray());
      case Value.Text text ->
          Terms.ofTexts(values.stream().map(v -> ((Value.Text) v).value()).toList());
      case Value.Many many -> throw new IllegalArgumentException();
    };
  }

  private static Column column(SplittableRandom random, FieldSchema field, int count) {
    ColumnBuilder builder = ColumnBuilder.of(field);
    boolean nulls = random.nextBoolean();
    for (int row = 0; row < count; row++) {
      builder.add(nulls && random.nextInt(5) == 0 ? null : value(random, field));
    }
    return builder.build();
  }

  private static Object value(SplittableRandom random, FieldSchema field) {
    return switch (field.type()) {
      case ARRAY -> {
        List<Object> elements = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          elements.add(scalar(random, field.elementType().orElseThrow()));
        }
        yield elements;
      }
      case JSON -> "{\"b\": 1, \"a\": " + json(random) + "}";
      default -> scalar(random, field.type());
    };
  }

  private static String json(SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> "null";
      case 1 -> "[1]";
      case 2 -> Boolean.toString(random.nextBoolean());
      case 3 -> '"' + TEXTS.get(random.nextInt(TEXTS.size())) + '"';
      case 4 -> String.valueOf(scalar(random, DataType.DOUBLE));
      default -> Integer.toString(random.nextInt(-20, 20));
    };
  }

  private static Object scalar(SplittableRandom random, DataType type) {
    return switch (type) {
      case BOOL -> random.nextBoolean();
      case INT8, INT16, INT32 -> random.nextInt(-50, 50);
      case INT64 ->
          random.nextInt(30) == 0
              ? random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE
              : (long) random.nextInt(-300, 300);
      case FLOAT -> random.nextInt(10) == 0 ? -0.0f : random.nextInt(-100, 100) / 10f;
      case DOUBLE -> random.nextInt(10) == 0 ? -0.0 : random.nextInt(-100, 100) / 10.0;
      default -> TEXTS.get(random.nextInt(TEXTS.size()));
    };
  }

  private static FieldSchema field(DataType type, Optional<DataType> element) {
    return new FieldSchema(
        FIELD,
        "v",
        "",
        type,
        element,
        false,
        false,
        false,
        false,
        true,
        false,
        Optional.empty(),
        Map.of());
  }

  private static Rows rows(Column column, ColumnIndex index) {
    return new Rows() {
      @Override
      public int count() {
        return column.rows();
      }

      @Override
      public Column column(long fieldId) {
        return column;
      }

      @Override
      public Optional<ColumnIndex> index(long fieldId, List<String> path) {
        return Optional.ofNullable(index);
      }
    };
  }

  private static long seed() {
    long seed = Long.getLong("filter.seed", new SplittableRandom().nextLong());
    System.out.println("filter.seed=" + seed);
    return seed;
  }

  /** Counts the answers. */
  private static final class Asked implements ColumnIndex {
    private final ColumnIndex index;
    private int answered;

    Asked(ColumnIndex index) {
      this.index = index;
    }

    @Override
    public int count() {
      return index.count();
    }

    @Override
    public Optional<Bits> anyOf(Terms terms) {
      return counted(index.anyOf(terms));
    }

    @Override
    public Optional<Bits> range(
        Optional<Value> low, boolean lowInclusive, Optional<Value> high, boolean highInclusive) {
      return counted(index.range(low, lowInclusive, high, highInclusive));
    }

    @Override
    public Optional<Bits> texts(String prefix, Predicate<String> test) {
      return counted(index.texts(prefix, test));
    }

    @Override
    public Optional<Bits> known(Value example) {
      return index.known(example);
    }

    private Optional<Bits> counted(Optional<Bits> answer) {
      answered += answer.isPresent() ? 1 : 0;
      return answer;
    }
  }
}
