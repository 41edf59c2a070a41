package io.elanus.node.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.FailingLogs;
import io.elanus.node.fakes.FakeAlarms;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.Standing;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogWatchTest {
  @TempDir private Path cache;

  private final FailingLogs logs = new FailingLogs(new MemoryLogStore());
  private final FakeAlarms alarms = new FakeAlarms();
  private final Place place = new Place();
  private TestCluster cluster;
  private LogWatch watch;

  private static final class Place implements Standing {
    private boolean given = true;

    @Override
    public boolean held() {
      return given;
    }

    @Override
    public void surrender() {
      given = false;
    }
  }

  @BeforeEach
  void begin() {
    cluster = new TestCluster(logs, new MemoryObjectStore(), cache, TestConfig.ROOMY, 0);
    watch = new LogWatch(1, logs, cluster, place, alarms, Duration.ZERO);
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void aNodeThatAloneIsCutOffFromTheLogGivesItsPlaceUp() {
    logs.reachable(false);
    cluster.dataCoord().othersReachLog(true);
    watch.begins();
    alarms.ring();
    assertThat(place.held()).isFalse();
    assertThat(alarms.waiting()).isEmpty();
  }

  @Test
  void aLogThatIsAwayForAllIsWaitedFor() {
    logs.reachable(false);
    watch.begins();
    alarms.ring();
    alarms.ring();
    assertThat(place.held()).isTrue();
    assertThat(alarms.waiting()).hasSize(1);
  }

  @Test
  void aLogThatIsSlowIsWaitedForAndWorkThatEndedIsWatchedNoMore() {
    cluster.dataCoord().othersReachLog(true);
    watch.begins();
    alarms.ring();
    watch.ends();
    watch.begins();
    assertThat(alarms.waiting()).hasSize(1);
    watch.ends();
    alarms.ring();
    assertThat(alarms.waiting()).isEmpty();
    assertThat(place.held()).isTrue();
  }

  @Test
  void workThatIsYoungIsLookedAtAgainAsSoonAsItIsOld() {
    Duration patience = Duration.ofMinutes(1);
    watch = new LogWatch(1, logs, cluster, place, alarms, patience);
    logs.reachable(false);
    cluster.dataCoord().othersReachLog(true);
    watch.begins();
    alarms.ring();
    assertThat(place.held()).isTrue();
    assertThat(alarms.waiting())
        .singleElement()
        .satisfies(look -> assertThat(look.delay()).isPositive().isLessThan(patience));
  }
}
