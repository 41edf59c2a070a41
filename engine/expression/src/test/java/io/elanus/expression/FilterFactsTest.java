package io.elanus.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.schema.Bits;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import io.elanus.schema.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class FilterFactsTest {
  private static final FieldSchema ID =
      Schemas.field(100, "id", DataType.INT64).primaryKey(true).build();
  private static final FieldSchema TENANT =
      Schemas.field(101, "tenant", DataType.VARCHAR).partitionKey(true).build();
  private static final FieldSchema X = Schemas.field(102, "x", DataType.INT64).build();
  private static final CollectionSchema SCHEMA = schema(ID, TENANT, X);
  private static final CollectionSchema TEXT_KEYS =
      schema(Schemas.field(100, "id", DataType.VARCHAR).primaryKey(true).build(), X);

  @Test
  void keysThatAreTheWholeFilterAreExact() {
    assertThat(facts("id in [3, 1, 3]").exactKeys()).contains(Keys.of(1, 3));
    assertThat(facts("id == 7").exactKeys()).contains(Keys.of(7));
    assertThat(facts("id == 7 or id == 8").exactKeys()).contains(Keys.of(7, 8));
    assertThat(facts("id in []").exactKeys()).contains(Keys.of());
    assertThat(facts("id in [1] and x == 1").exactKeys()).isEmpty();
    assertThat(facts("not (id in [1])").exactKeys()).isEmpty();
    assertThat(facts("id > 3").exactKeys()).isEmpty();
  }

  @Test
  void textKeysAreTexts() {
    assertThat(facts("id in ['b', 'a']", TEXT_KEYS).exactKeys())
        .contains(Keys.of(List.of("a", "b")));
    assertThat(facts("id in []", TEXT_KEYS).exactKeys()).contains(Keys.of(List.of()));
    assertThat(facts("id >= 'b'", TEXT_KEYS).lowestKey()).contains(new Value.Text("b"));
  }

  @Test
  void keysNarrowByAndAndWidenByOr() {
    assertThat(facts("id in [1, 2, 3] and x == 1").keys()).contains(Keys.of(1, 2, 3));
    assertThat(facts("id in [1, 2, 3] and id > 1").keys()).contains(Keys.of(2, 3));
    assertThat(facts("id in [1, 2] and id in [2, 3]").keys()).contains(Keys.of(2));
    assertThat(facts("id in [1] or (id == 5 and x == 1)").keys()).contains(Keys.of(1, 5));
    assertThat(facts("id in [1] or x == 1").keys()).isEmpty();
    assertThat(facts("id in [1] and id in [2]").nothing()).isTrue();
  }

  @Test
  void boundsHoldTheMatchingKeys() {
    FilterFacts range = facts("3 < id <= 9 and x > 100");
    assertThat(range.lowestKey()).contains(new Value.Int(4));
    assertThat(range.highestKey()).contains(new Value.Int(9));
    assertThat(facts("id > 3 or id < 1").lowestKey()).isEmpty();
    assertThat(facts("id > 3 or id == 1").lowestKey()).contains(new Value.Int(1));
    assertThat(facts("id > 3 and id > 5").lowestKey()).contains(new Value.Int(6));
    assertThat(facts("id > 3 and id < 2").nothing()).isTrue();
    assertThat(facts("not (id > 3)").highestKey()).isEmpty();
  }

  @Test
  void partitionKeysAreTheValuesThatCanMatch() {
    assertThat(facts("tenant in ['b', 'a'] and x > 1").partitionKeys())
        .contains(List.of(new Value.Text("a"), new Value.Text("b")));
    assertThat(facts("tenant == 'a' or tenant == 'b'").partitionKeys())
        .contains(List.of(new Value.Text("a"), new Value.Text("b")));
    assertThat(facts("tenant == 'a' or x == 1").partitionKeys()).isEmpty();
    assertThat(facts("tenant != 'a'").partitionKeys()).isEmpty();
  }

  @Test
  void constantsAndFieldsAreTold() {
    assertThat(facts("").everything()).isTrue();
    assertThat(facts("true or id > 1").everything()).isTrue();
    assertThat(facts("1 > 2").nothing()).isTrue();
    assertThat(facts("x > 1 and not (tenant like 'a%' or id > x)").fieldIds())
        .containsExactlyInAnyOrder(100L, 101L, 102L);
    assertThat(facts("id > 1 and random_sample(0.5)").lowestKey())
        .isEqualTo(Optional.of(new Value.Int(2)));
  }

  @Test
  void noMatchingRowIsEverLeftOut() {
    long seed = Seed.next();
    SplittableRandom random = new SplittableRandom(seed);
    ColumnBuilder ids = ColumnBuilder.of(ID);
    ColumnBuilder tenants = ColumnBuilder.of(TENANT);
    ColumnBuilder xs = ColumnBuilder.of(X);
    for (int row = 0; row < 40; row++) {
      ids.add(row % 10);
      tenants.add(String.valueOf((char) ('a' + random.nextInt(4))));
      xs.add(random.nextInt(3));
    }
    RowBatch batch =
        new RowBatch(
            40, Map.of(ID.id(), ids.build(), TENANT.id(), tenants.build(), X.id(), xs.build()));
    for (int i = 0; i < 3000; i++) {
      String text = filter(random, 3);
      FilterFacts facts = facts(text);
      Bits matches =
          FilterEvaluator.evaluate(FilterParser.parse(text, SCHEMA, Map.of()), Rows.of(batch))
              .matches();
      for (int row = 0; row < 40; row++) {
        long id = row % 10;
        String tenant = (String) batch.get(TENANT.id()).value(row);
        boolean allowed =
            !facts.nothing()
                && facts.keys().map(keys -> has((Keys.Longs) keys, id)).orElse(true)
                && facts.lowestKey().map(low -> ((Value.Int) low).value() <= id).orElse(true)
                && facts.highestKey().map(high -> id <= ((Value.Int) high).value()).orElse(true)
                && facts
                    .partitionKeys()
                    .map(values -> values.contains(new Value.Text(tenant)))
                    .orElse(true);
        boolean matching = matches.get(row);
        assertThat(allowed || !matching).as("seed %d, %s, row %d", seed, text, row).isTrue();
        if (facts.exactKeys().isPresent()) {
          assertThat(has((Keys.Longs) facts.exactKeys().get(), id))
              .as("seed %d, %s, row %d", seed, text, row)
              .isEqualTo(matching);
        }
      }
    }
  }

  private static String filter(SplittableRandom random, int depth) {
    int n = random.nextInt(10);
    return switch (random.nextInt(depth == 0 ? 6 : 9)) {
      case 0 -> "id == " + n;
      case 1 -> "id in [" + n + ", 3, 7]";
      case 2 -> "id" + List.of(" < ", " <= ", " > ", " >= ", " != ").get(random.nextInt(5)) + n;
      case 3 -> "2 < id <= 6";
      case 4 -> "tenant" + List.of(" == 'a'", " != 'b'", " in ['b', 'c']").get(random.nextInt(3));
      case 5 -> "x == 1";
      case 6 -> "not (" + filter(random, depth - 1) + ")";
      case 7 -> "(" + filter(random, depth - 1) + ") and (" + filter(random, depth - 1) + ")";
      default -> "(" + filter(random, depth - 1) + ") or (" + filter(random, depth - 1) + ")";
    };
  }

  private static boolean has(Keys.Longs keys, long id) {
    return Arrays.stream(keys.keys()).anyMatch(key -> key == id);
  }

  private static FilterFacts facts(String text) {
    return facts(text, SCHEMA);
  }

  private static FilterFacts facts(String text, CollectionSchema schema) {
    return FilterFacts.of(FilterParser.parse(text, schema, Map.of()), schema);
  }

  private static CollectionSchema schema(FieldSchema... fields) {
    return new CollectionSchema("c", "", List.of(fields), Map.of(), 1, List.of(), 200);
  }
}
