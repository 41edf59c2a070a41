package io.elanus.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SimulatedDiskTest extends DiskContract {
  private final SimulatedDisk disk = new SimulatedDisk();
  private final Path root = Path.of("/root");

  SimulatedDiskTest() {
    disk.createFolders(root);
  }

  @Override
  Disk disk() {
    return disk;
  }

  @Override
  Path root() {
    return root;
  }

  private static ByteBuffer filled(int bytes, int value) {
    byte[] array = new byte[bytes];
    Arrays.fill(array, (byte) value);
    return ByteBuffer.wrap(array);
  }

  @Test
  void powerLossKeepsWhatWasForcedAndTearsTheRest() {
    Path path = root.resolve("file");
    Set<Integer> survivors = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      DiskFile file = disk.open(path, Disk.Mode.CREATE);
      file.write(filled(4096, 1), 0);
      file.force(true);
      disk.syncFolder(root);
      file.write(filled(4096, 2), 0);
      disk.losePower(new Random(seed), 512);
      byte[] left = disk.contents(path);
      int sectors = 0;
      for (int sector = 0; sector < 8; sector++) {
        assertThat(left[sector * 512]).isBetween((byte) 1, (byte) 2);
        assertThat(left[sector * 512 + 511]).isEqualTo(left[sector * 512]);
        sectors += left[sector * 512] - 1;
      }
      survivors.add(sectors);
      assertThatThrownBy(() -> file.force(true)).isInstanceOf(ElanusException.class);
      disk.delete(path);
    }
    assertThat(survivors.size()).isGreaterThan(3);
  }

  @Test
  void namesNeedAForceOfTheirFolder() {
    boolean lost = false;
    for (int seed = 0; seed < 20; seed++) {
      DiskFile file = disk.open(root.resolve("file"), Disk.Mode.CREATE);
      file.force(true);
      disk.losePower(new Random(seed), 512);
      lost |= disk.kind(root.resolve("file")) == Disk.Kind.MISSING;
      disk.delete(root.resolve("file"));
      disk.syncFolder(root);
    }
    assertThat(lost).isTrue();
  }

  @Test
  void aFailedForceIsNotMadeGoodByTheNext() {
    DiskFile file = disk.open(root.resolve("file"), Disk.Mode.CREATE);
    file.write(filled(512, 1), 0);
    file.force(true);
    disk.syncFolder(root);
    file.write(filled(512, 2), 0);
    disk.failForce(1);
    assertThatThrownBy(() -> file.force(true)).isInstanceOf(ElanusException.class);
    file.force(true);
    disk.losePower(new Random(1), 512);
    assertThat(disk.contents(root.resolve("file"))[0]).isEqualTo((byte) 1);
  }

  @Test
  void aFullDiskTakesWhatFits() {
    DiskFile file = disk.open(root.resolve("file"), Disk.Mode.CREATE);
    disk.limitCapacity(1000);
    assertThatThrownBy(() -> file.write(filled(2000, 1), 0))
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DISK_LIMIT));
    assertThat(file.sizeBytes()).isEqualTo(1000);
    file.write(filled(1000, 2), 0);
    disk.failWrite(1);
    assertThatThrownBy(() -> file.write(filled(10, 3), 0)).isInstanceOf(ElanusException.class);
  }

  @Test
  void aReplacedFileSurvivesPowerLoss() {
    Path file = root.resolve("record");
    for (int seed = 0; seed < 20; seed++) {
      disk.replace(file, filled(700, seed));
      disk.losePower(new Random(seed), 512);
      assertThat(disk.contents(file)).isEqualTo(filled(700, seed).array());
    }
    disk.failForce(1);
    assertThatThrownBy(() -> disk.replace(file, filled(700, 99)))
        .isInstanceOf(ElanusException.class);
    disk.losePower(new Random(1), 512);
    assertThat(disk.contents(file)).isEqualTo(filled(700, 19).array());
  }
}
