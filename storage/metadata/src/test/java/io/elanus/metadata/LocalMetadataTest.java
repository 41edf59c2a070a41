package io.elanus.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.disk.Failpoints;
import io.elanus.disk.SimulatedDisk;
import io.elanus.log.LocalLogStore;
import io.elanus.log.LogOptions;
import io.elanus.schema.ElanusException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The journalled map on a disk that loses what was not forced; snapshots come often. */
final class LocalMetadataTest extends MetadataContract {
  private static final Path ROOT = Path.of("/data/metadata");

  private final SimulatedDisk disk = new SimulatedDisk();

  @Override
  protected MetadataStore open() {
    var options = new LogOptions(16 << 10, 32 << 10, 8 << 20, 4 << 20);
    return MetadataStores.onLog(LocalLogStore.open(disk, ROOT, options, Runnable::run), 16 << 10);
  }

  @AfterEach
  void disarm() {
    Failpoints.disarm();
  }

  @Override
  protected void crash(Random random) {
    disk.losePower(random, 512);
  }

  @Override
  protected void tearTail(int bytes) {
    Path file = files().getLast();
    byte[] contents = disk.contents(file);
    int end = contents.length;
    while (contents[end - 1] == 0) {
      end--;
    }
    Arrays.fill(contents, end - bytes, end, (byte) 0);
    disk.replaceContents(file, contents);
  }

  @Override
  protected void damageMiddle() {
    disk.flipBit(files().getFirst(), 200, 5);
  }

  @Override
  protected boolean hasFaultyDisk() {
    return true;
  }

  @Override
  protected void failNextForce() {
    disk.failForce(1);
  }

  @Override
  protected void fillDisk() {
    disk.limitCapacity(disk.usedBytes() + 1000);
  }

  @Override
  protected void freeDisk() {
    disk.limitCapacity(Long.MAX_VALUE);
  }

  private List<Path> files() {
    return disk.list(disk.list(ROOT).getLast()).stream()
        .filter(path -> path.toString().endsWith(".log"))
        .toList();
  }

  @Test
  void snapshotsKeepTheJournalSmall() throws Exception {
    for (int count = 0; count < 2000; count++) {
      put("key" + count % 10, "value ".repeat(20) + count);
    }
    assertThat(disk.list(ROOT)).hasSize(1);
    assertThat(disk.usedBytes()).isLessThan(150_000);
    assertThat(disk.list(ROOT).getFirst()).isNotEqualTo(ROOT.resolve("journal-0000000000"));
    Map<String, String> before = contents("");
    reopen();
    assertThat(contents("")).isEqualTo(before).hasSize(10);
  }

  @Test
  void anIdleStoreWritesNothing() throws Exception {
    put("a", "1");
    reopen();
    long written = disk.bytesWritten();
    for (int count = 0; count < 3; count++) {
      assertThat(contents("")).hasSize(1);
      store.lease("leader", bytes("me"), Duration.ofSeconds(1)).close();
      reopen();
    }
    assertThat(disk.bytesWritten()).isEqualTo(written);
  }

  /** Power goes at each step, snapshots included. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "metadata.commit.beforeAppend",
        "metadata.commit.afterAppend",
        "metadata.snapshot.beforeEnd",
        "metadata.snapshot.beforeDeleteOld",
        "log.append.beforeSync",
        "log.rotate.beforeRename",
        "log.rotate.beforeFolderSync"
      })
  void powerLossAtEachStepLosesNoCommit(String failpoint) {
    var model = new TreeMap<String, String>();
    for (int seed = 0; seed < 25; seed++) {
      var random = new Random(seed);
      Failpoints.arm(failpoint + ":throw:" + (1 + random.nextInt(100)));
      String attemptedKey = "";
      String attempted = "";
      int steps = random.nextInt(200);
      try {
        for (int step = 0; step < steps; step++) {
          attemptedKey = "k" + random.nextInt(30);
          attempted = seed + "/" + step + "x".repeat(random.nextInt(300));
          put(attemptedKey, attempted);
          model.put(attemptedKey, attempted);
        }
      } catch (ElanusException fired) {
        assertThat(fired).hasMessageContaining("failpoint");
      }
      Failpoints.disarm();
      disk.losePower(random, 512);
      store = open();
      Map<String, String> found = contents("");
      if (!found.equals(model)) {
        model.put(attemptedKey, attempted);
      }
      assertThat(found).as("seed %d", seed).isEqualTo(model);
    }
  }

  /** A snapshot whose force failed is given up, and what is committed later is not lost. */
  @Test
  void aFailedForceInASnapshotLosesNothing() {
    var model = new TreeMap<String, String>();
    for (int nth = 1; nth < 60; nth++) {
      disk.failForce(nth);
      for (int step = 0; step < 40; step++) {
        try {
          String value = nth + "/" + step + "x".repeat(1000);
          put("k" + step % 7, value);
          model.put("k" + step % 7, value);
        } catch (ElanusException failure) {
          String key = "k" + step % 7;
          disk.failForce(-1);
          disk.losePower(new Random(nth), 4096);
          store = open();
          model.put(key, contents(key).getOrDefault(key, ""));
          model.values().remove("");
        }
      }
      disk.failForce(-1);
      disk.losePower(new Random(nth), 512);
      store = open();
      assertThat(contents("")).as("n = %d", nth).isEqualTo(model);
    }
  }
}
