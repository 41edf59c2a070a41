package io.elanus.log;

final class MemoryLogTest extends LogContract {
  @Override
  protected LogStore open() {
    return new MemoryLogStore(maxRecordBytes());
  }

  @Override
  protected int maxRecordBytes() {
    return 8 << 10;
  }

  @Override
  protected boolean isDurable() {
    return false;
  }
}
