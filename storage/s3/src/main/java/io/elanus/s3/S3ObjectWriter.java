package io.elanus.s3;

import io.elanus.objects.ObjectWriter;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers one part. An object that fits into it is one request at commit; of a larger one each full
 * part is uploaded while the next is gathered, so that a writer holds three parts at most.
 */
final class S3ObjectWriter implements ObjectWriter {
  /** Most objects are small; the buffer grows to a part in a few steps. */
  private static final int FIRST_BYTES = 64 << 10;

  private static final int GROWTH = 8;

  private final S3Bucket bucket;
  private final PartMemory memory;
  private final S3Commit commit;
  private ByteBuffer gathered;
  private @Nullable MultipartUpload upload;
  private long sentBytes;
  private boolean finished;

  S3ObjectWriter(S3Bucket bucket, PartMemory memory, String key) {
    this.bucket = bucket;
    this.memory = memory;
    this.commit = new S3Commit(bucket, key);
    this.gathered = ByteBuffer.allocate(FIRST_BYTES);
  }

  @Override
  public void write(ByteBuffer bytes) {
    checkUnfinished();
    bucket.checkOpen();
    while (bytes.hasRemaining()) {
      makeRoom();
      int count = Math.min(bytes.remaining(), gathered.remaining());
      gathered.put(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
    }
  }

  private void makeRoom() {
    if (gathered.hasRemaining()) {
      return;
    }
    if (gathered.capacity() < memory.partBytes()) {
      int larger = (int) Math.min(memory.partBytes(), (long) gathered.capacity() * GROWTH);
      gathered = memory.take(larger).put(gathered.flip());
    } else {
      send();
    }
  }

  private void send() {
    if (upload == null) {
      upload = MultipartUpload.begin(bucket, commit, memory);
    }
    sentBytes += gathered.position();
    ByteBuffer full = gathered.flip();
    gathered = ByteBuffer.allocate(0);
    upload.send(full);
    gathered = upload.nextPart();
  }

  @Override
  public long sizeBytes() {
    return sentBytes + gathered.position();
  }

  @Override
  public boolean commit() {
    checkUnfinished();
    try {
      if (upload == null) {
        return commit.put(new BufferBody(gathered.flip()));
      }
      if (gathered.position() > 0) {
        send();
      }
      boolean won = upload.complete();
      if (won) {
        upload = null;
      }
      return won;
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    if (!finished) {
      finished = true;
      memory.giveBack(gathered);
      if (upload != null) {
        upload.abort();
      }
    }
  }

  private void checkUnfinished() {
    if (finished) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "object writer is closed")
          .with("key", commit.key());
    }
  }
}
