package io.elanus.objects;

final class MemoryObjectTest extends FolderObjectContract {
  @Override
  protected ObjectStore open() {
    return new MemoryObjectStore();
  }
}
