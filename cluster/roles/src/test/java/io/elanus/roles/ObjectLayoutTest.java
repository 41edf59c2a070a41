package io.elanus.roles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names in stores outlive versions: a change here is a change of the format. */
class ObjectLayoutTest {
  @Test
  void names() {
    assertThat(ObjectLayout.segment(1, 23)).isEqualTo("segments/1/23/");
    assertThat(ObjectLayout.flush("dml_0", 3, "7")).isEqualTo("dml_0=3-7");
    assertThat(ObjectLayout.merge()).matches("merge-[0-9a-f-]{36}");
    assertThat(ObjectLayout.deletes("dml_0_1v0", Optional.empty(), "dml_0=3-7"))
        .isEqualTo("deletes/dml_0_1v0/dml_0=3-7");
    assertThat(ObjectLayout.deletes("dml_0_1v0", Optional.of(9L), "dml_0=3-7"))
        .isEqualTo("deletes/dml_0_1v0/partition-9/dml_0=3-7");
    assertThat(ObjectLayout.index(1, 23, 4, 0)).isEqualTo("indexes/1/23/4");
    assertThat(ObjectLayout.index(1, 23, 4, 2)).isEqualTo("indexes/1/23/4.2");
    assertThat(ObjectLayout.place("indexes/1/23/4.2")).contains(new ObjectLayout.OfIndex(1, 23, 4));
    assertThat(ObjectLayout.place("indexes/1/23/4.")).isEmpty();
    assertThat(ObjectLayout.place("indexes/1/23/4.2.3")).isEmpty();
  }

  @Test
  void writers() {
    assertThat(ObjectLayout.writer("dml_0=3-7")).isEqualTo(new ObjectLayout.Owner("dml_0", 3));
    assertThat(ObjectLayout.writer("my-dml_0=3-a-b"))
        .isEqualTo(new ObjectLayout.Owner("my-dml_0", 3));
    assertThat(ObjectLayout.writer("merge-0=1-2"))
        .as("a channel may begin like a merge")
        .isEqualTo(new ObjectLayout.Owner("merge-0", 1));
    assertThat(ObjectLayout.writer("merge-a")).isEqualTo(new ObjectLayout.Merge());
    assertThat(ObjectLayout.writer(ObjectLayout.merge())).isEqualTo(new ObjectLayout.Merge());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "merge",
        "by-hand",
        "=3-7",
        "dml_0=3",
        "dml_0=3-",
        "dml_0=-7",
        "dml_0=x-7",
        "a=b=3-7",
        "dml_0=1234567890123456789-7"
      })
  void unknownWriters(String writing) {
    assertThat(ObjectLayout.writer(writing)).isEqualTo(new ObjectLayout.Unknown());
  }

  @Test
  void places() {
    var owner = new ObjectLayout.Owner("dml_0", 3);
    assertThat(ObjectLayout.place("segments/1/23/dml_0=3-7/manifest"))
        .contains(new ObjectLayout.OfSegment(1, 23, "segments/1/23/dml_0=3-7/", owner));
    assertThat(ObjectLayout.place("segments/1/23/merge-a/vectors/5.arrow"))
        .contains(
            new ObjectLayout.OfSegment(1, 23, "segments/1/23/merge-a/", new ObjectLayout.Merge()));
    assertThat(ObjectLayout.place("deletes/dml_0_1v0/dml_0=3-7"))
        .contains(new ObjectLayout.OfDeletes("dml_0_1v0", owner));
    assertThat(ObjectLayout.place("deletes/dml_0_1v0/partition-9/dml_0=3-7"))
        .contains(new ObjectLayout.OfDeletes("dml_0_1v0", owner));
    assertThat(ObjectLayout.place("indexes/1/23/4")).contains(new ObjectLayout.OfIndex(1, 23, 4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "segments",
        "segments/1/23/dml_0=3-7",
        "segments/1/x/dml_0=3-7/manifest",
        "segments/1//dml_0=3-7/manifest",
        "segments/-1/23/dml_0=3-7/manifest",
        "segments/1/1234567890123456789/dml_0=3-7/manifest",
        "deletes/dml_0=3-7",
        "deletes/a/b/c/dml_0=3-7",
        "indexes/1/23",
        "indexes/1/23/4/5",
        "indexes/1/23/four",
        "other/1/23/4"
      })
  void noPlaces(String key) {
    assertThat(ObjectLayout.place(key)).isEmpty();
  }

  @Test
  void theReachOfDeletes() {
    assertThat(ObjectLayout.partitionOfDeletes("deletes/dml_0_1v0/dml_0=3-7")).isEmpty();
    assertThat(ObjectLayout.partitionOfDeletes("deletes/dml_0_1v0/partition-9/dml_0=3-7"))
        .contains(9L);
  }
}
