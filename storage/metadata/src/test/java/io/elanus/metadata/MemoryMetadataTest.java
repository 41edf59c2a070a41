package io.elanus.metadata;

final class MemoryMetadataTest extends MetadataContract {
  @Override
  protected MetadataStore open() {
    return MetadataStores.inMemory();
  }

  @Override
  protected boolean isDurable() {
    return false;
  }
}
