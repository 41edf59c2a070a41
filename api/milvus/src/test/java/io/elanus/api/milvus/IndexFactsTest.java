package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.IndexCoord.Measured;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IndexFactsTest {
  @Test
  void onlyWhatIsKnownIsTold() {
    assertThat(IndexFacts.of("", Measured.NOTHING)).isEmpty();
    assertThat(IndexFacts.of("HNSW", Measured.NOTHING)).hasToString("{elanus.built_as=HNSW}");
    assertThat(IndexFacts.of("", new Measured(2, 300, 200, 0, List.of(), Optional.empty())))
        .hasToString("{elanus.bytes=300, elanus.resident_bytes=200}");
    assertThat(
            IndexFacts.of(
                "",
                new Measured(
                    2, 300, 200, 280, List.of("FLAT", "HNSW RABITQ"), Optional.of(0.98761f))))
        .hasToString(
            "{elanus.built_as=FLAT, HNSW RABITQ, elanus.bytes=300, elanus.foretold_bytes=280,"
                + " elanus.recall=0.9876, elanus.resident_bytes=200}");
  }
}
