package io.elanus.azure;

import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.DownloadRetryOptions;
import com.azure.storage.blob.models.ListBlobsOptions;
import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectKeys;
import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The container as our keys see it: requests, with failures as our errors. */
final class AzureContainer {
  private static final int MOST_READ_RETRIES = 10;

  private final BlobContainerClient client;
  private final AzureOptions options;
  private volatile boolean closed;

  AzureContainer(BlobContainerClient client, AzureOptions options) {
    this.client = client;
    this.options = options;
  }

  AzureOptions options() {
    return options;
  }

  BlobClient blob(String key) {
    return client.getBlobClient(options.prefix() + key);
  }

  void checkOpen() {
    if (closed) {
      throw ObjectKeys.closed();
    }
  }

  void close() {
    closed = true;
  }

  /** Runs a request about a key that has no answer but a failure worth telling. */
  <T> T ask(String key, Supplier<T> request) {
    checkOpen();
    try {
      return request.get();
    } catch (RuntimeException failure) {
      throw error(failure, key);
    }
  }

  ElanusException error(RuntimeException failure, String key) {
    return AzureErrors.isMissing(failure)
        ? ObjectKeys.missing(key)
        : AzureErrors.of(failure, options.place(), key);
  }

  Optional<BlobProperties> find(String key) {
    checkOpen();
    try {
      return Optional.of(
          blob(key).getPropertiesWithResponse(null, options.deadline(), Context.NONE).getValue());
    } catch (RuntimeException failure) {
      if (AzureErrors.isMissing(failure)) {
        return Optional.empty();
      }
      throw error(failure, key);
    }
  }

  long size(String key) {
    return find(key).orElseThrow(() -> ObjectKeys.missing(key)).getBlobSize();
  }

  boolean delete(String key) {
    return ask(
        key,
        () ->
            blob(key)
                .deleteIfExistsWithResponse(null, null, options.deadline(), Context.NONE)
                .getValue());
  }

  /**
   * Fills a buffer from an object.
   *
   * @param target empty, has a byte or more
   */
  void read(String key, long offset, ByteBuffer target) {
    checkOpen();
    int length = target.remaining();
    try (var stream = new BufferStream(target)) {
      blob(key)
          .downloadStreamWithResponse(
              stream,
              new BlobRange(offset, (long) length),
              new DownloadRetryOptions().setMaxRetryRequests(MOST_READ_RETRIES),
              null,
              false,
              options.deadline(),
              Context.NONE);
    } catch (RuntimeException failure) {
      if (!AzureErrors.isBeyondTheEnd(failure)) {
        throw error(failure, key);
      }
    }
    if (target.hasRemaining()) {
      ObjectKeys.checkRange(key, offset, length, size(key));
      throw AzureErrors.of(
          new IllegalStateException("an answer ended early"), options.place(), key);
    }
    target.flip();
  }

  List<ObjectInfo> list(String prefix) {
    return ask(prefix, () -> pages(prefix));
  }

  private List<ObjectInfo> pages(String prefix) {
    var found = new ArrayList<ObjectInfo>();
    var wanted = new ListBlobsOptions().setPrefix(options.prefix() + prefix);
    for (BlobItem blob : client.listBlobs(wanted, options.deadline())) {
      String key = blob.getName().substring(options.prefix().length());
      if (ObjectKeys.isKey(key)) {
        found.add(
            new ObjectInfo(
                key,
                blob.getProperties().getContentLength(),
                blob.getProperties().getLastModified().toInstant().toEpochMilli()));
      }
    }
    found.sort(Comparator.comparing(ObjectInfo::key));
    return List.copyOf(found);
  }

  /** Asks something small, so that wrong settings are told at once. */
  void checkAccess() {
    ask(
        "",
        () ->
            client
                .listBlobs(
                    new ListBlobsOptions().setPrefix(options.prefix()).setMaxResultsPerPage(1),
                    options.deadline())
                .streamByPage()
                .findFirst());
  }
}
