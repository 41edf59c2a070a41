package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.IndexCoord.BuildState;
import io.elanus.roles.IndexCoord.Measured;
import io.elanus.roles.IndexCoord.Progress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IndexFactsTest {
  @Test
  void onlyWhatIsKnownIsTold() {
    assertThat(finished("", Measured.NOTHING)).isEmpty();
    assertThat(finished("HNSW", Measured.NOTHING)).hasToString("{elanus.built_as=HNSW}");
    assertThat(finished("", new Measured(2, 300, 200, 0, List.of(), Optional.empty())))
        .hasToString("{elanus.bytes=300, elanus.resident_bytes=200}");
    assertThat(
            finished(
                "",
                new Measured(
                    2, 300, 200, 280, List.of("FLAT", "HNSW RABITQ"), Optional.of(0.98761f))))
        .hasToString(
            "{elanus.built_as=FLAT, HNSW RABITQ, elanus.bytes=300, elanus.foretold_bytes=280,"
                + " elanus.recall=0.9876, elanus.resident_bytes=200}");
  }

  private static Map<String, String> finished(String builtAs, Measured measured) {
    return IndexFacts.of(builtAs, new Progress(BuildState.FINISHED, "", 10, 10, 1, measured));
  }

  @Test
  void aBuildTellsHowFarItIs() {
    var half = new Progress(BuildState.IN_PROGRESS, "", 10, 30, 0.5, Measured.NOTHING);
    assertThat(IndexFacts.of("", half)).hasToString("{elanus.progress=0.5000}");
    var failed = new Progress(BuildState.FAILED, "full", 10, 30, 0.5, Measured.NOTHING);
    assertThat(IndexFacts.of("", failed)).hasToString("{elanus.fail_reason=full}");
  }
}
