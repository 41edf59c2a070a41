package io.elanus.azure;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.options.BlockBlobCommitBlockListOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.options.BlockBlobStageBlockOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import io.elanus.disk.Failpoints;
import io.elanus.objects.OwnedWrite;
import io.elanus.objects.PartWriter;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One object on its way: whole, or as blocks and then their list; either on the condition that the
 * key is free ({@code If-None-Match: *}). Blocks of several writers of one key lie together until
 * one of them makes an object, which drops the others'; their ids begin with the writer's. Blocks
 * that were never made an object Azure removes after a week.
 */
final class BlockUpload implements PartWriter.Target {
  /** Metadata of each object. */
  private static final String WRITER = "elanuswriter";

  private static final int MOST_BLOCKS = 50_000;

  private final AzureContainer container;
  private final String key;
  private final BlockBlobClient blob;
  private final String writer = UUID.randomUUID().toString();
  private final List<String> blocks = new ArrayList<>();
  private Optional<RuntimeException> failure = Optional.empty();
  private boolean refused;

  BlockUpload(AzureContainer container, String key) {
    this.container = container;
    this.key = key;
    this.blob = container.blob(key).getBlockBlobClient();
  }

  private static BlobRequestConditions ifAbsent() {
    return new BlobRequestConditions().setIfNoneMatch("*");
  }

  /**
   * Blocks that a dead writer left at the key refuse an object that comes whole, though nothing is
   * there; they do not refuse a list of blocks.
   */
  @Override
  public boolean put(ByteBuffer whole) {
    return decide(() -> {
      if (refused) {
        if (whole.hasRemaining() && blocks.isEmpty()) {
          send(whole);
        }
        commitBlocks();
      } else {
        upload(whole);
      }
    });
  }

  private void upload(ByteBuffer whole) {
    blob.uploadWithResponse(
        new BlockBlobSimpleUploadOptions(BinaryData.fromByteBuffer(whole.duplicate()))
            .setContentMd5(md5(whole))
            .setMetadata(Map.of(WRITER, writer))
            .setRequestConditions(ifAbsent()),
        container.options().deadline(),
        Context.NONE);
  }

  @Override
  public void send(ByteBuffer part) {
    if (blocks.size() == MOST_BLOCKS) {
      throw new ElanusException(ErrorCode.IO_FAILED, "object has more blocks than Azure allows")
          .with("key", key);
    }
    String id =
        Base64.getEncoder()
            .encodeToString(
                "%s-%05d".formatted(writer, blocks.size()).getBytes(StandardCharsets.US_ASCII));
    container.ask(
        key,
        () ->
            blob.stageBlockWithResponse(
                new BlockBlobStageBlockOptions(id, BinaryData.fromByteBuffer(part.duplicate()))
                    .setContentMd5(md5(part)),
                container.options().deadline(),
                Context.NONE));
    blocks.add(id);
  }

  @Override
  public boolean complete(ByteBuffer last) {
    send(last);
    return decide(this::commitBlocks);
  }

  private void commitBlocks() {
    blob.commitBlockListWithResponse(
        new BlockBlobCommitBlockListOptions(blocks)
            .setMetadata(Map.of(WRITER, writer))
            .setRequestConditions(ifAbsent()),
        container.options().deadline(),
        Context.NONE);
  }

  @Override
  public void abort() {
    // there is no such request; see above
  }

  private boolean decide(Runnable write) {
    Failpoints.hit("objects.commit.beforeWrite");
    return OwnedWrite.run(
        () -> attempt(write), this::owner, () -> container.error(failure.orElseThrow(), key));
  }

  private OwnedWrite.Outcome attempt(Runnable write) {
    container.checkOpen();
    try {
      write.run();
      return OwnedWrite.Outcome.WRITTEN;
    } catch (RuntimeException failed) {
      failure = Optional.of(failed);
      if (AzureErrors.isRefusedByCondition(failed)) {
        refused = true;
        return OwnedWrite.Outcome.REFUSED;
      }
      if (AzureErrors.isUnanswered(failed) || AzureErrors.isWithoutItsBlocks(failed)) {
        return OwnedWrite.Outcome.UNKNOWN;
      }
      throw container.error(failed, key);
    }
  }

  private OwnedWrite.Owner owner() {
    Optional<BlobProperties> found = container.find(key);
    if (found.isEmpty()) {
      return OwnedWrite.Owner.NOBODY;
    }
    return writer.equals(found.get().getMetadata().get(WRITER))
        ? OwnedWrite.Owner.US
        : OwnedWrite.Owner.OTHERS;
  }

  private static byte[] md5(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      digest.update(bytes.duplicate());
      return digest.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JDK has MD5", impossible);
    }
  }
}
