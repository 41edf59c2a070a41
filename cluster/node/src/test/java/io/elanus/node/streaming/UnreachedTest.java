package io.elanus.node.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.FakeAlarms;
import io.elanus.node.fakes.FakeQueryCoord.Cut;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.objects.MemoryObjectStore;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnreachedTest {
  private static final long LEADER = 7;

  @TempDir private Path cache;

  private final FakeAlarms alarms = new FakeAlarms();
  private TestCluster cluster;
  private Unreached unreached;

  @BeforeEach
  void begin() {
    cluster =
        new TestCluster(new MemoryLogStore(), new MemoryObjectStore(), cache, TestConfig.ROOMY, 2);
    cluster.start();
    unreached = new Unreached(LEADER, cluster, alarms);
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void aNodeThatIsThereAndCannotBeReachedIsToldOfUntilItCan() {
    cluster.cutOff(2);
    unreached.tell(2);
    unreached.tell(2);
    alarms.ring();
    assertThat(cluster.queryCoord().cuts()).containsExactly(new Cut(LEADER, 2));
    alarms.ring();
    assertThat(cluster.queryCoord().cuts()).containsExactly(new Cut(LEADER, 2), new Cut(LEADER, 2));
    cluster.join(2);
    alarms.ring();
    assertThat(cluster.queryCoord().cuts()).hasSize(2);
    assertThat(alarms.waiting()).isEmpty();
  }

  @Test
  void aNodeThatIsGoneIsNotToldOf() {
    unreached.tell(3);
    assertThat(alarms.waiting()).isEmpty();
  }
}
