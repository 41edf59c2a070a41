package io.elanus.disk;

import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** An open file of a {@link SimulatedDisk}; lives until the power is lost. */
final class SimulatedFile implements DiskFile {
  private final SimulatedDisk disk;
  private final Path path;
  private final SimulatedInode inode;
  private final int powerCycle;
  private volatile boolean closed;

  SimulatedFile(SimulatedDisk disk, Path path, SimulatedInode inode, int powerCycle) {
    this.disk = disk;
    this.path = path;
    this.inode = inode;
    this.powerCycle = powerCycle;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public void write(ByteBuffer source, long position) {
    checkOpen("write");
    SimulatedDisk.WritePermit permit = disk.permitWrite(path, inode, position, source.remaining());
    inode.write(source, position, permit.bytes());
    if (permit.failure() != null) {
      throw permit.failure();
    }
  }

  @Override
  public int read(ByteBuffer target, long position) {
    checkOpen("read");
    return inode.read(target, position);
  }

  @Override
  public void force(boolean metadata) {
    checkOpen("force");
    try {
      disk.beforeForce("force", path);
    } catch (ElanusException failure) {
      inode.failForce();
      throw failure;
    }
    inode.force();
  }

  @Override
  public long sizeBytes() {
    checkOpen("examine");
    return inode.sizeBytes();
  }

  @Override
  public void truncate(long sizeBytes) {
    checkOpen("truncate");
    inode.truncate(sizeBytes);
  }

  @Override
  public void close() {
    closed = true;
  }

  private void checkOpen(String operation) {
    if (closed) {
      throw SimulatedDisk.closed(path);
    }
    if (!disk.poweredSince(powerCycle)) {
      throw SimulatedDisk.failed(operation, path, "power was lost");
    }
  }
}
