package io.elanus.api.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An HTTP answer: status, content type and the whole body. */
public record HttpResponse(int status, String contentType, byte[] body) {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json; charset=utf-8";

  public static HttpResponse text(int status, String text) {
    return new HttpResponse(status, TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code value} (maps, lists, texts, numbers, records) as JSON. */
  public static HttpResponse json(int status, Object value) {
    try {
      return new HttpResponse(status, JSON, Mapper.INSTANCE.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("value has no JSON form", e);
    }
  }

  /** An error as {@code {"code":…,"message":…}}; the code is the status. */
  public static HttpResponse error(int status, String message) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("code", status);
    body.put("message", message);
    return json(status, body);
  }

  /** Made at the first JSON answer, so that a start does not wait for Jackson. */
  private static final class Mapper {
    static final ObjectMapper INSTANCE = new ObjectMapper();
  }
}
