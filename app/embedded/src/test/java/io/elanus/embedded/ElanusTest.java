package io.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a program may count on, wherever its database is. */
@ParameterizedClass
@EnumSource(Place.class)
final class ElanusTest {
  @Parameter Place place;

  private static final CollectionSpec TEXTS =
      CollectionSpec.named("texts")
          .longKey("id")
          .text("title", 100)
          .vector("embedding", 8, Metric.L2)
          .dynamicFields();

  private static float[] vector(Random random) {
    float[] vector = new float[8];
    for (int i = 0; i < 8; i++) {
      vector[i] = random.nextFloat();
    }
    return vector;
  }

  private static List<Row> rows(int count) {
    Random random = new Random(17);
    List<Row> rows = new ArrayList<>();
    for (long id = 0; id < count; id++) {
      rows.add(
          Row.of(
              "id",
              id,
              "title",
              "t" + id,
              "embedding",
              vector(random),
              "color",
              id % 2 == 0 ? "red" : "blue"));
    }
    return rows;
  }

  @Test
  void rowsAreFoundByVectorByFilterAndByKey() {
    try (Database database = place.open("memory:")) {
      Collection texts = database.create(TEXTS);
      List<Row> rows = rows(200);
      assertThat(texts.insert(rows).size()).isEqualTo(200);
      Object wanted = rows.get(41).get("embedding");
      List<Hit> hits = texts.search(Search.near(wanted).limit(3).output("title", "color"));
      assertThat(hits).hasSize(3);
      assertThat(hits.getFirst().key()).isEqualTo(41L);
      assertThat(hits.getFirst().score()).isZero();
      assertThat(hits.getFirst().row().get("title")).isEqualTo("t41");
      assertThat(hits.getFirst().row().get("color")).isEqualTo("blue");
      assertThat(texts.search(Search.near(wanted).filter("color == \"red\"")))
          .allSatisfy(hit -> assertThat((long) hit.key() % 2).isZero());
      assertThat(texts.query(Query.where("id in [3, 5]").output("title")))
          .extracting(row -> row.get("title"))
          .containsExactly("t3", "t5");
      assertThat(texts.delete("id < 50")).isEqualTo(50);
      assertThat(texts.count("")).isEqualTo(150);
    }
  }

  @Test
  void whatWasWrittenIsThereAfterReopening(@TempDir Path folder) {
    try (Database database = place.open(folder.resolve("d").toString())) {
      Collection texts = database.create(TEXTS);
      texts.insert(rows(100));
      texts.flush();
      texts.upsert(List.of(Row.of("id", 7L, "title", "changed", "embedding", new float[8])));
    }
    try (Database database = place.open(folder.resolve("d").toString())) {
      Collection texts = database.collection("texts");
      assertThat(texts.count("")).isEqualTo(100);
      assertThat(texts.query(Query.where("id == 7").output("title", "embedding")).getFirst())
          .satisfies(row -> assertThat(row.get("title")).isEqualTo("changed"))
          .satisfies(row -> assertThat((float[]) row.get("embedding")).containsOnly(0f));
      database.drop("texts");
      assertThat(database.collections()).isEmpty();
    }
  }

  @Test
  void creatingTheSameAgainKeepsItsRows() {
    try (Database database = place.open("memory:")) {
      database.create(TEXTS).insert(rows(3));
      assertThat(database.create(TEXTS).count("")).isEqualTo(3);
      CollectionSpec other =
          CollectionSpec.named("texts").longKey("id").vector("embedding", 4, Metric.L2);
      assertThatThrownBy(() -> database.create(other))
          .isInstanceOfSatisfying(
              ElanusException.class,
              error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_PARAMETER));
      assertThat(database.collection("texts").count("")).isEqualTo(3);
    }
  }

  @Test
  void aCosineIsNeverAboveOne() {
    Random random = new Random(17);
    try (Database database = place.open("memory:")) {
      Collection cosines =
          database.create(
              CollectionSpec.named("cosines").longKey("id").vector("embedding", 8, Metric.COSINE));
      for (long id = 0; id < 50; id++) {
        float[] vector = vector(random);
        cosines.insert(List.of(Row.of("id", id, "embedding", vector)));
        assertThat(cosines.search(Search.near(vector).limit(3)))
            .allSatisfy(hit -> assertThat(hit.score()).isBetween(0f, 1f));
      }
    }
  }

  @Test
  void generatedKeysAndEveryScalarType() {
    try (Database database = place.open("memory:")) {
      Collection all =
          database.create(
              CollectionSpec.named("all")
                  .generatedKey("key")
                  .scalar("flag", DataType.BOOL)
                  .scalar("small", DataType.INT8)
                  .scalar("real", DataType.DOUBLE)
                  .scalar("json", DataType.JSON)
                  .vector(
                      "bits",
                      DataType.BINARY_VECTOR,
                      16,
                      Map.of("index_type", "BIN_FLAT", "metric_type", "HAMMING")));
      Keys keys =
          all.insert(
              List.of(
                  Row.of(
                      "flag",
                      true,
                      "small",
                      3,
                      "real",
                      0.5,
                      "json",
                      "{\"a\": 1}",
                      "bits",
                      new byte[] {1, 2}),
                  Row.of(
                      "flag",
                      false,
                      "small",
                      -3,
                      "real",
                      1.5,
                      "json",
                      "[2]",
                      "bits",
                      new byte[] {1, 3})));
      assertThat(keys.size()).isEqualTo(2);
      assertThat(
              all.query(Query.where("json[\"a\"] == 1").output("small", "flag"))
                  .getFirst()
                  .get("small"))
          .isEqualTo(3L);
      assertThat(all.search(Search.near(new byte[] {1, 3}).limit(2)))
          .extracting(Hit::score)
          .containsExactly(0f, 1f);
    }
  }

  @Test
  void errorsCarryTheCodeOfAServer() {
    try (Database database = place.open("memory:")) {
      Collection texts = database.create(TEXTS);
      assertThatThrownBy(() -> database.collection("none"))
          .isInstanceOfSatisfying(
              ElanusException.class,
              error -> assertThat(error.code()).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND));
      assertThatThrownBy(() -> texts.query(Query.where("title >")))
          .isInstanceOfSatisfying(
              ElanusException.class,
              error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_PARAMETER));
      assertThatThrownBy(() -> texts.search(Search.near(new float[7])))
          .isInstanceOf(RuntimeException.class);
    }
  }
}
