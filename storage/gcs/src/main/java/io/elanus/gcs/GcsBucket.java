package io.elanus.gcs;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpResponse;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.elanus.gcs.GcsRequests.Question;
import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectKeys;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The bucket as our keys see it. */
final class GcsBucket {
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int PARTIAL_CONTENT = 206;
  private static final int NOT_FOUND = 404;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  /** What is known of an object. */
  record Found(long sizeBytes, Map<String, String> metadata) {}

  private final GcsRequests requests;

  GcsBucket(GcsRequests requests) {
    this.requests = requests;
  }

  GcsRequests requests() {
    return requests;
  }

  String nameOf(String key) {
    return requests.options().prefix() + key;
  }

  private GenericUrl objects() {
    GenericUrl url = new GenericUrl(requests.options().endpoint());
    url.setPathParts(
        new ArrayList<>(List.of("", "storage", "v1", "b", requests.options().bucket(), "o")));
    return url;
  }

  private GenericUrl object(String key) {
    GenericUrl url = objects();
    url.getPathParts().add(nameOf(key));
    return url;
  }

  /** Where uploads of a kind begin. */
  GenericUrl uploads(String type) {
    GenericUrl url = new GenericUrl(requests.options().endpoint());
    url.setPathParts(List.of("", "upload", "storage", "v1", "b", requests.options().bucket(), "o"));
    return url.set("uploadType", type).set("ifGenerationMatch", 0);
  }

  static JsonObject json(HttpResponse answer) throws IOException {
    try (var reader = new InputStreamReader(answer.getContent(), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException cut) {
      throw new EOFException("an answer is not whole");
    }
  }

  Optional<Found> find(String key) {
    return requests.ask(
        key,
        List.of(OK, NOT_FOUND),
        tries -> Question.of("GET", object(key).set("fields", "size,metadata")),
        answer ->
            answer.getStatusCode() == OK ? Optional.of(found(json(answer))) : Optional.empty());
  }

  private static Found found(JsonObject object) {
    var metadata = new TreeMap<String, String>();
    if (object.has("metadata")) {
      object
          .getAsJsonObject("metadata")
          .entrySet()
          .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().getAsString()));
    }
    return new Found(object.get("size").getAsLong(), metadata);
  }

  long size(String key) {
    return find(key).orElseThrow(() -> ObjectKeys.missing(key)).sizeBytes();
  }

  boolean delete(String key) {
    return requests.ask(
        key,
        List.of(OK, NO_CONTENT, NOT_FOUND),
        tries -> Question.of("DELETE", object(key)),
        answer -> answer.getStatusCode() != NOT_FOUND);
  }

  /**
   * Fills a buffer from an object.
   *
   * @param target has a byte or more
   */
  void read(String key, long offset, ByteBuffer target) {
    int length = target.remaining();
    int status =
        requests.ask(
            key,
            List.of(PARTIAL_CONTENT, NOT_FOUND, RANGE_NOT_SATISFIABLE),
            tries ->
                Question.of("GET", object(key).set("alt", "media"))
                    .ofRange("bytes=" + offset + "-" + (offset + length - 1)),
            answer -> {
              if (answer.getStatusCode() == PARTIAL_CONTENT) {
                fill(target.clear(), answer, offset);
              }
              return answer.getStatusCode();
            });
    if (status == NOT_FOUND) {
      throw ObjectKeys.missing(key);
    }
    if (status == RANGE_NOT_SATISFIABLE || target.hasRemaining()) {
      ObjectKeys.checkRange(key, offset, length, size(key));
    }
    target.flip();
  }

  /** Reads what the answer says it holds, which is less when the object ends before. */
  private static void fill(ByteBuffer target, HttpResponse answer, long offset) throws IOException {
    String range = String.valueOf(answer.getHeaders().getContentRange());
    int dash = range.indexOf('-');
    int slash = range.indexOf('/');
    if (!range.startsWith("bytes " + offset + "-") || slash < dash) {
      throw new EOFException("an answer does not tell its range");
    }
    long told = Long.parseLong(range.substring(dash + 1, slash)) - offset + 1;
    int wanted = (int) Math.min(told, target.remaining());
    try (InputStream body = answer.getContent()) {
      int count = body.readNBytes(target.array(), 0, wanted);
      if (count < wanted) {
        throw new EOFException("an answer ended early");
      }
      target.position(count);
    }
  }

  List<ObjectInfo> list(String prefix) {
    var found = new ArrayList<ObjectInfo>();
    Optional<String> page = Optional.empty();
    do {
      Optional<String> token = page;
      JsonObject answer =
          requests.ask(
              prefix,
              List.of(OK),
              tries ->
                  Question.of(
                      "GET",
                      objects()
                          .set("prefix", nameOf(prefix))
                          .set("pageToken", token.orElse(null))
                          .set("fields", "nextPageToken,items(name,size,updated)")),
              GcsBucket::json);
      if (answer.has("items")) {
        for (JsonElement item : answer.getAsJsonArray("items")) {
          add(found, item.getAsJsonObject());
        }
      }
      page =
          Optional.ofNullable(answer.get("nextPageToken"))
              .map(JsonElement::getAsString)
              .filter(text -> !text.isEmpty());
    } while (page.isPresent());
    found.sort(Comparator.comparing(ObjectInfo::key));
    return List.copyOf(found);
  }

  private void add(List<ObjectInfo> found, JsonObject item) {
    String key = item.get("name").getAsString().substring(requests.options().prefix().length());
    if (ObjectKeys.isKey(key)) {
      found.add(
          new ObjectInfo(
              key,
              item.get("size").getAsLong(),
              Instant.parse(item.get("updated").getAsString()).toEpochMilli()));
    }
  }

  /** Asks something small, so that wrong settings are told at once. */
  void checkAccess() {
    requests.ask(
        "",
        List.of(OK),
        tries ->
            Question.of(
                "GET", objects().set("prefix", requests.options().prefix()).set("maxResults", 1)),
        answer -> OK);
  }
}
