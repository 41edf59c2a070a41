package io.elanus.node.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.node.fakes.Await;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import org.junit.jupiter.api.Test;

class BuildMemoryTest {
  @Test
  void whoFindsNoRoomWaitsForIt() throws InterruptedException {
    BuildMemory memory = new BuildMemory(100);
    memory.acquire(60);
    Thread second =
        Thread.ofPlatform()
            .start(() -> {
              try {
                memory.acquire(50);
                memory.release(50);
              } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
              }
            });
    Await.until(() -> second.getState() == Thread.State.WAITING, "the second waits");
    memory.acquire(40);
    memory.release(40);
    assertThat(second.isAlive()).isTrue();
    memory.release(60);
    second.join();
    memory.acquire(100);
  }

  @Test
  void whatNeverFitsIsRefused() {
    assertThatThrownBy(() -> new BuildMemory(100).acquire(101))
        .isInstanceOfSatisfying(
            ElanusException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.MEMORY_LIMIT));
  }
}
