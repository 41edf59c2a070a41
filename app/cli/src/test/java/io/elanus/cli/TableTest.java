package io.elanus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void rowsStandBelowTheirNames() throws Exception {
    String rows =
        """
        [{"node_id": 1, "roles": ["proxy", "mixcoord"]}, {"node_id": 12, "roles": [], "lag": 5}]\
        """;
    assertThat(Table.of(new ObjectMapper().readTree(rows)))
        .isEqualTo(
            """
            node id  roles           lag
            1        proxy,mixcoord  -
            12       -               5
            """);
    assertThat(Table.of(new ObjectMapper().readTree("[]"))).isEqualTo("none\n");
  }

  @Test
  void anObjectIsOneLine() throws Exception {
    String answer = "{\"node_id\": 3, \"channels\": 2, \"failure\": \"\", \"msg\": \"OK\"}";
    assertThat(Table.line(new ObjectMapper().readTree(answer))).isEqualTo("node_id=3 channels=2");
  }
}
