package io.elanus.objects;

final class MemoryObjectTest extends ObjectContract {
  @Override
  protected ObjectStore open() {
    return new MemoryObjectStore();
  }
}
