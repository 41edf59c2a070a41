package io.elanus.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.log.MemoryLogStore;
import io.elanus.node.fakes.FailingLogs;
import io.elanus.node.fakes.TestCluster;
import io.elanus.node.fakes.TestConfig;
import io.elanus.node.fakes.TestTable;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.roles.QueryNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every writer of a group that fails is told, whatever it was that failed, and wherever. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WriteFailureTest {
  @TempDir private Path cache;
  private final FailingLogs logs = new FailingLogs(new MemoryLogStore());
  private TestCluster cluster;
  private TestTable table;

  @BeforeEach
  void start() {
    cluster = new TestCluster(logs, new MemoryObjectStore(), cache, TestConfig.ROOMY, 1);
    cluster.start();
    table = new TestTable(cluster, 1);
    table.load();
    table.insert(new long[] {1, 2}, new long[] {1, 2});
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private long now() {
    return cluster.rootCoord().now();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatTheOracleThrowsRefusesTheGroupAndNothingElse(boolean error) {
    cluster
        .rootCoord()
        .beforeTimestamps(() -> {
          if (error) {
            throw new OutOfMemoryError("planned");
          }
          throw new IllegalStateException("planned");
        });
    assertThatThrownBy(() -> table.insert(new long[] {3}, new long[] {3}))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("writes could not be put together");
    cluster.rootCoord().beforeTimestamps(() -> {});
    table.insert(new long[] {4}, new long[] {4});
    assertThat(table.all(now())).isEqualTo(Map.of(1L, 1L, 2L, 2L, 4L, 4L));
  }

  @Test
  void anErrorOfTheLogRefusesTheGroupAndLeavesItsEarlierRowsReadable() {
    logs.failWith(() -> new AssertionError("planned"));
    assertThatThrownBy(() -> table.insert(new long[] {3}, new long[] {3}))
        .hasMessageContaining("writes could not be appended");
    logs.fail(Optional.empty());
    assertThatThrownBy(() -> table.insert(new long[] {3}, new long[] {3}))
        .hasMessageContaining("must be opened anew");
    assertThat(table.count(now())).isEqualTo(2);
  }

  @Test
  void aGroupAppliedInPartIsNotReadUntilReplayMadeItWhole() {
    table.flush();
    cluster.queryCoord().refresh(1);
    QueryNode node = cluster.queryNodes().get(1L);
    cluster.queryNodes().put(1L, deaf(node));
    assertThatThrownBy(() -> table.upsert(new long[] {1}, new long[] {10}))
        .hasMessageContaining("writes that are durable could not be applied");
    cluster.queryNodes().put(1L, node);
    assertThatThrownBy(() -> table.all(now()))
        .isInstanceOf(ElanusException.class)
        .extracting(failed -> ((ElanusException) failed).code())
        .isEqualTo(ErrorCode.CHANNEL_NOT_AVAILABLE);
    assertThat(cluster.leader().ailments().getFirst()).contains("must be opened anew");
    cluster.restart(1);
    assertThat(table.all(now())).isEqualTo(Map.of(1L, 10L, 2L, 2L));
  }

  @Test
  void closingWaitsForTheLoopsThoughItsThreadIsInterrupted() {
    Thread.currentThread().interrupt();
    cluster.leader().close();
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> table.all(now()))
        .as("the channel is closed, not only told to")
        .hasMessageContaining("not owned here any more");
    cluster.restart(1);
    assertThat(table.count(now())).isEqualTo(2);
  }

  /** A node whose calls to delete end with an error. */
  private static QueryNode deaf(QueryNode node) {
    return (QueryNode)
        Proxy.newProxyInstance(
            QueryNode.class.getClassLoader(),
            new Class<?>[] {QueryNode.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("delete")) {
                throw new AssertionError("planned");
              }
              try {
                return method.invoke(node, arguments);
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            });
  }
}
