package io.elanus.azure;

import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectKeys;
import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.objects.PartWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Objects in a container of Azure Blob Storage; a blob's name is the prefix and our key. Requests
 * are repeated until their deadline, then UNAVAILABLE. See decision 0028.
 */
public final class AzureObjectStore implements ObjectStore {
  private final AzureContainer container;

  private AzureObjectStore(AzureContainer container) {
    this.container = container;
  }

  /** Opens the store; wrong settings and missing rights to list are told. */
  public static AzureObjectStore open(AzureOptions options) {
    var container = new AzureContainer(AzureClients.open(options), options);
    container.checkAccess();
    return new AzureObjectStore(container);
  }

  @Override
  public ObjectWriter create(String key) {
    check(key);
    return new PartWriter(key, container.options().partBytes(), new BlockUpload(container, key));
  }

  @Override
  public long size(String key) {
    check(key);
    return container.size(key);
  }

  @Override
  public ByteBuffer read(String key, long offset, int length) {
    check(key);
    if (offset < 0 || length <= 0 || offset > Long.MAX_VALUE - length) {
      ObjectKeys.checkRange(key, offset, length, size(key));
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    if (length > 0) {
      container.read(key, offset, bytes);
    }
    return bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public List<ObjectInfo> list(String prefix) {
    container.checkOpen();
    return ObjectKeys.isPrefix(prefix) ? container.list(prefix) : List.of();
  }

  @Override
  public boolean delete(String key) {
    check(key);
    return container.delete(key);
  }

  @Override
  public boolean exists(String key) {
    check(key);
    return container.find(key).isPresent();
  }

  @Override
  public Optional<Path> localPath(String key) {
    check(key);
    return Optional.empty();
  }

  @Override
  public void close() {
    container.close();
  }

  private void check(String key) {
    container.checkOpen();
    ObjectKeys.check(key);
  }
}
