package io.elanus.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;

/** Contents of one file of a {@link SimulatedDisk}: as written, and as durable. */
final class SimulatedInode implements SimulatedNode {
  private static final int SECTOR_BYTES = 512;

  private byte[] current = new byte[0];
  private byte[] durable = new byte[0];
  private int size;
  private int durableSize;

  /** Sectors that the next force would write. */
  private final BitSet dirty = new BitSet();

  private long modifiedMillis = System.currentTimeMillis();

  synchronized long sizeBytes() {
    return size;
  }

  synchronized long modifiedMillis() {
    return modifiedMillis;
  }

  synchronized void write(ByteBuffer source, long position, int length) {
    int end = Math.toIntExact(position + length);
    if (end > current.length) {
      current = Arrays.copyOf(current, Math.max(end, current.length * 2));
    }
    source.get(current, (int) position, length);
    size = Math.max(size, end);
    if (length > 0) {
      dirty.set((int) position / SECTOR_BYTES, (end - 1) / SECTOR_BYTES + 1);
    }
    modifiedMillis = System.currentTimeMillis();
  }

  synchronized int read(ByteBuffer target, long position) {
    int length = (int) Math.clamp(size - position, 0, target.remaining());
    if (length > 0) {
      target.put(current, (int) position, length);
    }
    return length;
  }

  synchronized void force() {
    durable = Arrays.copyOf(durable, current.length);
    dirty.stream().forEach(this::makeDurable);
    durableSize = size;
    dirty.clear();
  }

  /** The system reports the error once and forgets that the sectors were never written. */
  synchronized void failForce() {
    dirty.clear();
  }

  synchronized void truncate(long sizeBytes) {
    if (sizeBytes < size) {
      Arrays.fill(current, (int) sizeBytes, size, (byte) 0);
      dirty.set((int) sizeBytes / SECTOR_BYTES, (size - 1) / SECTOR_BYTES + 1);
      size = (int) sizeBytes;
    }
  }

  synchronized void losePower(Random random, int unitBytes) {
    int sectorsPerUnit = unitBytes / SECTOR_BYTES;
    durable = Arrays.copyOf(durable, current.length);
    int unit = -1;
    boolean survives = false;
    for (int sector = dirty.nextSetBit(0); sector >= 0; sector = dirty.nextSetBit(sector + 1)) {
      if (sector / sectorsPerUnit != unit) {
        unit = sector / sectorsPerUnit;
        survives = random.nextBoolean();
      }
      if (survives) {
        makeDurable(sector);
      }
    }
    size = random.nextBoolean() ? size : durableSize;
    Arrays.fill(durable, Math.min(size, durable.length), durable.length, (byte) 0);
    replace(Arrays.copyOf(durable, size));
  }

  synchronized void flipBit(long byteOffset, int bit) {
    current[(int) byteOffset] ^= (byte) (1 << bit);
    durable = current.clone();
  }

  synchronized byte[] contents() {
    return Arrays.copyOf(current, size);
  }

  synchronized void replace(byte[] contents) {
    current = contents.clone();
    durable = contents.clone();
    size = contents.length;
    durableSize = size;
    dirty.clear();
  }

  private void makeDurable(int sector) {
    int start = sector * SECTOR_BYTES;
    int length = Math.min(SECTOR_BYTES, current.length - start);
    if (length > 0) {
      System.arraycopy(current, start, durable, start, length);
    }
  }
}
