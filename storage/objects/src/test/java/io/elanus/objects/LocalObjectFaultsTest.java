package io.elanus.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.disk.Failpoints;
import io.elanus.disk.SimulatedDisk;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The local form on a disk that loses power, fails to force or is full. */
final class LocalObjectFaultsTest extends ObjectContract {
  private static final Path ROOT = Path.of("/data/objects");

  private final SimulatedDisk disk = new SimulatedDisk();

  @Override
  protected ObjectStore open() {
    return LocalObjectStore.open(disk, ROOT);
  }

  @AfterEach
  void disarm() {
    Failpoints.disarm();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "objects.commit.beforeSync",
        "objects.commit.beforeRename",
        "objects.commit.beforeFolderSync",
        "objects.commit.afterFolderSync"
      })
  void powerLossLeavesWholeObjectsOrNone(String failpoint) {
    for (int seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      String text = "object " + seed + "x".repeat(random.nextInt(100_000));
      assertThat(put("dir" + seed + "/kept", text)).isTrue();
      Failpoints.arm(failpoint + ":throw");
      int number = seed;
      assertThatThrownBy(() -> put("dir" + number + "/lost", text))
          .isInstanceOf(ElanusException.class);
      Failpoints.disarm();
      disk.losePower(random, 512);
      store = open();
      assertThat(text("dir" + seed + "/kept")).isEqualTo(text);
      if (store.exists("dir" + seed + "/lost")) {
        assertThat(failpoint).isNotEqualTo("objects.commit.beforeSync");
        assertThat(text("dir" + seed + "/lost")).isEqualTo(text);
      }
      assertThat(disk.list(ROOT.resolve(".temporary"))).isEmpty();
    }
  }

  @Test
  void aFailedForceNeverEndsInACommit() {
    for (int nth = 1; nth <= 3; nth++) {
      disk.failForce(nth);
      int number = nth;
      assertThatThrownBy(() -> put("new" + number + "/key", "text"))
          .isInstanceOfSatisfying(
              ElanusException.class,
              failure -> assertThat(failure.code()).isEqualTo(ErrorCode.IO_FAILED));
      assertThat(store.exists("new" + nth + "/key")).isFalse();
      assertThat(put("new" + nth + "/key", "again")).isTrue();
      disk.losePower(new Random(nth), 4096);
      store = open();
      assertThat(text("new" + nth + "/key")).isEqualTo("again");
    }
  }

  @Test
  void aFullDiskIsRetriable() {
    put("before", "text");
    disk.limitCapacity(disk.usedBytes() + 10);
    assertThatThrownBy(() -> put("key", "more than ten bytes"))
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.DISK_LIMIT);
              assertThat(failure.code().retriable()).isTrue();
            });
    assertThat(store.list("")).hasSize(1);
    assertThat(disk.list(ROOT.resolve(".temporary"))).isEmpty();
    disk.limitCapacity(Long.MAX_VALUE);
    assertThat(put("key", "more than ten bytes")).isTrue();
  }
}
