package io.elanus.gcs;

import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.MultipartContent;
import com.google.gson.JsonObject;
import io.elanus.disk.Failpoints;
import io.elanus.gcs.GcsRequests.Question;
import io.elanus.objects.OwnedWrite;
import io.elanus.objects.PartWriter;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * One object on its way: whole, or as a resumable upload, part after part; either on the condition
 * that the key is free ({@code ifGenerationMatch=0}). A part whose answer was lost is sent from
 * where the service says that it has got to. Uploads that were never ended the service forgets
 * after a week.
 */
final class GcsUpload implements PartWriter.Target {
  /** Metadata of each object. */
  private static final String WRITER = "elanus-writer";

  private static final Duration PATIENCE_TO_ABORT = Duration.ofSeconds(2);
  private static final String BYTES = "application/octet-stream";
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int CANCELLED = 499;
  private static final int NO_CONTENT = 204;
  private static final int RESUME = 308;
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;
  private static final int PRECONDITION_FAILED = 412;

  private final GcsBucket bucket;
  private final GcsRequests requests;
  private final String key;
  private final String writer = UUID.randomUUID().toString();
  private final CRC32C sum = new CRC32C();

  /** Where parts go once there is one. */
  private Optional<GenericUrl> session = Optional.empty();

  private long sentBytes;
  private Optional<ElanusException> failure = Optional.empty();

  GcsUpload(GcsBucket bucket, String key) {
    this.bucket = bucket;
    this.requests = bucket.requests();
    this.key = key;
  }

  private JsonObject description() {
    var metadata = new JsonObject();
    metadata.addProperty(WRITER, writer);
    var description = new JsonObject();
    description.addProperty("name", bucket.nameOf(key));
    description.add("metadata", metadata);
    return description;
  }

  private static HttpContent json(JsonObject object) {
    return ByteArrayContent.fromString("application/json; charset=UTF-8", object.toString());
  }

  private static HttpContent bytes(ByteBuffer buffer) {
    return new ByteArrayContent(
        BYTES, buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
  }

  @Override
  public boolean put(ByteBuffer whole) {
    sum.update(whole.duplicate());
    JsonObject description = description();
    description.addProperty("crc32c", checksum());
    return decide(() ->
        requests.ask(
            key,
            List.of(OK, CREATED, PRECONDITION_FAILED),
            tries -> {
              var content = new MultipartContent();
              content.addPart(new MultipartContent.Part(new HttpHeaders(), json(description)));
              content.addPart(new MultipartContent.Part(new HttpHeaders(), bytes(whole)));
              return Question.of("POST", bucket.uploads("multipart")).with(content);
            },
            answer -> answer.getStatusCode()));
  }

  /** As the service writes a CRC32C: big-endian, in base 64. */
  private String checksum() {
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt((int) sum.getValue()).array());
  }

  @Override
  public void send(ByteBuffer part) {
    GenericUrl to = begun();
    sum.update(part.duplicate());
    int status = put(to, part, "*", List.of(RESUME));
    if (status != RESUME) {
      throw new ElanusException(ErrorCode.IO_FAILED, "object store ended an upload early")
          .with("key", key)
          .with("status", status);
    }
    sentBytes += part.remaining();
  }

  private GenericUrl begun() {
    if (session.isEmpty()) {
      String location =
          requests.ask(
              key,
              List.of(OK, CREATED),
              tries ->
                  Question.of("POST", bucket.uploads("resumable").set("name", bucket.nameOf(key)))
                      .with(json(description())),
              answer -> {
                String found = answer.getHeaders().getLocation();
                if (found == null) {
                  throw new EOFException("an answer does not tell where an upload goes");
                }
                return found;
              });
      session = Optional.of(new GenericUrl(location));
    }
    return session.orElseThrow();
  }

  /**
   * Sends bytes of an upload; after the first try, asks before each what has arrived.
   *
   * @param total bytes of the whole object, or a star
   */
  private int put(GenericUrl to, ByteBuffer part, String total, List<Integer> expected) {
    var progress = new Progress();
    return requests.ask(
        key,
        expected,
        tries -> {
          if (tries > 0) {
            progress.ask(to, total);
          }
          if (progress.isOver) {
            return progress.question(to, total);
          }
          ByteBuffer rest = part.duplicate();
          long arrived = Math.max(0, progress.arrivedBytes - sentBytes);
          rest.position(rest.position() + (int) Math.min(arrived, rest.remaining()));
          String range =
              rest.hasRemaining()
                  ? (sentBytes + arrived) + "-" + (sentBytes + part.remaining() - 1)
                  : "*";
          return Question.of("PUT", to)
              .with(bytes(rest))
              .ofContentRange("bytes " + range + "/" + total);
        },
        answer -> answer.getStatusCode());
  }

  /** How far an upload has got, as the service says. */
  private final class Progress {
    private long arrivedBytes;

    /** It is an object, or will never be one: asking again is all that is left. */
    private boolean isOver;

    Question question(GenericUrl to, String total) {
      return Question.of("PUT", to)
          .with(bytes(ByteBuffer.allocate(0)))
          .ofContentRange("bytes */" + total);
    }

    void ask(GenericUrl to, String total) throws IOException {
      arrivedBytes =
          requests.ask(
              key,
              List.of(RESUME, OK, CREATED, NOT_FOUND, GONE, PRECONDITION_FAILED),
              tries -> question(to, total),
              answer -> {
                isOver = answer.getStatusCode() != RESUME;
                String range = answer.getHeaders().getRange();
                return isOver || range == null
                    ? 0L
                    : Long.parseLong(range.substring(range.indexOf('-') + 1)) + 1;
              });
    }
  }

  @Override
  public boolean complete(ByteBuffer last) {
    GenericUrl to = begun();
    String total = String.valueOf(sentBytes + last.remaining());
    return decide(() ->
        put(
            to,
            last,
            total,
            // an upload that is over answers like this when it is asked again
            List.of(OK, CREATED, PRECONDITION_FAILED, NOT_FOUND, GONE)));
  }

  @Override
  public void abort() {
    if (session.isEmpty()) {
      return;
    }
    try {
      requests.ask(
          PATIENCE_TO_ABORT,
          key,
          List.of(OK, NO_CONTENT, CANCELLED, NOT_FOUND, GONE),
          tries -> Question.of("DELETE", session.orElseThrow()),
          answer -> OK);
    } catch (ElanusException left) {
      return; // the service forgets it
    }
  }

  private interface Write {
    /** The status of the answer. */
    int run();
  }

  private boolean decide(Write write) {
    Failpoints.hit("objects.commit.beforeWrite");
    return OwnedWrite.run(
        () -> attempt(write),
        this::owner,
        () ->
            failure.orElseGet(() ->
                new ElanusException(ErrorCode.IO_FAILED, "object store dropped an upload")
                    .with("key", key)));
  }

  private OwnedWrite.Outcome attempt(Write write) {
    requests.checkOpen();
    try {
      return switch (write.run()) {
        case OK, CREATED -> OwnedWrite.Outcome.WRITTEN;
        case PRECONDITION_FAILED -> OwnedWrite.Outcome.REFUSED;
        default -> OwnedWrite.Outcome.UNKNOWN;
      };
    } catch (ElanusException failed) {
      if (failed.code() != ErrorCode.UNAVAILABLE) {
        throw failed;
      }
      failure = Optional.of(failed);
      return OwnedWrite.Outcome.UNKNOWN;
    }
  }

  private OwnedWrite.Owner owner() {
    Optional<GcsBucket.Found> found = bucket.find(key);
    if (found.isEmpty()) {
      return OwnedWrite.Owner.NOBODY;
    }
    return writer.equals(found.get().metadata().get(WRITER))
        ? OwnedWrite.Owner.US
        : OwnedWrite.Owner.OTHERS;
  }
}
