package io.elanus.gcs;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import io.elanus.objects.ObjectKeys;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Sends requests, repeats them until a deadline, and turns failures into our errors. */
final class GcsRequests {
  private static final String SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int CONNECT_MILLIS = 3_000;

  /** Worth repeating; what was asked may have been done. */
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  /** What is read from an answer while its connection is open. */
  interface Reader<T> {
    T read(HttpResponse answer) throws IOException;
  }

  /** One request; sent anew, or another one, each time. */
  interface Sending {
    Question next(int tries) throws IOException;
  }

  /**
   * @param range for a header {@code Range}, if any
   * @param contentRange for a header {@code Content-Range}, if any
   */
  record Question(
      String method,
      GenericUrl url,
      @Nullable HttpContent content,
      Optional<String> range,
      Optional<String> contentRange) {
    static Question of(String method, GenericUrl url) {
      return new Question(method, url, null, Optional.empty(), Optional.empty());
    }

    Question with(HttpContent newContent) {
      return new Question(method, url, newContent, range, contentRange);
    }

    Question ofRange(String newRange) {
      return new Question(method, url, content, Optional.of(newRange), contentRange);
    }

    Question ofContentRange(String newRange) {
      return new Question(method, url, content, range, Optional.of(newRange));
    }
  }

  private final HttpRequestFactory requests;
  private final GcsOptions options;
  private volatile boolean closed;

  private GcsRequests(HttpRequestFactory requests, GcsOptions options) {
    this.requests = requests;
    this.options = options;
  }

  static GcsRequests open(GcsOptions options) {
    var transport = new NetHttpTransport();
    HttpRequestFactory requests =
        switch (options.credentials()) {
          case GcsCredentials.None none -> transport.createRequestFactory();
          case GcsCredentials.KeyFile file -> {
            try (InputStream key = Files.newInputStream(file.file())) {
              yield authorized(transport, GoogleCredentials.fromStream(key));
            } catch (IOException unreadable) {
              throw ElanusException.invalid("the credentials of Google cannot be read")
                  .with("file", file.file());
            }
          }
          case GcsCredentials.Environment environment -> {
            try {
              yield authorized(transport, GoogleCredentials.getApplicationDefault());
            } catch (IOException none) {
              throw new ElanusException(
                  ErrorCode.IO_FAILED, "no credentials for the object store", none);
            }
          }
        };
    return new GcsRequests(requests, options);
  }

  private static HttpRequestFactory authorized(
      NetHttpTransport transport, GoogleCredentials credentials) {
    return transport.createRequestFactory(
        new HttpCredentialsAdapter(credentials.createScoped(SCOPE)));
  }

  GcsOptions options() {
    return options;
  }

  void checkOpen() {
    if (closed) {
      throw ObjectKeys.closed();
    }
  }

  void close() {
    closed = true;
  }

  /**
   * Sends until there is an answer.
   *
   * @param key what it is about, for messages
   * @param expected statuses that the reader knows; others are errors
   */
  <T> T ask(String key, List<Integer> expected, Sending sending, Reader<T> reader) {
    return ask(options.deadline(), key, expected, sending, reader);
  }

  /** The same with another deadline. */
  <T> T ask(
      Duration deadline, String key, List<Integer> expected, Sending sending, Reader<T> reader) {
    long end = System.nanoTime() + deadline.toNanos();
    long pause = FIRST_PAUSE_NANOS;
    for (int tries = 0; ; tries++) {
      checkOpen();
      String reason;
      IOException cause = null;
      try {
        HttpResponse answer = send(sending.next(tries));
        try {
          int status = answer.getStatusCode();
          if (expected.contains(status)) {
            return reader.read(answer);
          }
          if (!PASSING.contains(status)) {
            throw refused(status, key);
          }
          reason = String.valueOf(status);
        } finally {
          answer.disconnect();
        }
      } catch (IOException unanswered) {
        reason = unanswered.getClass().getSimpleName();
        cause = unanswered;
      }
      if (System.nanoTime() + pause - end > 0 || Thread.currentThread().isInterrupted()) {
        throw told(ErrorCode.UNAVAILABLE, "object store does not answer", cause, key, reason);
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
  }

  private HttpResponse send(Question question) throws IOException {
    HttpRequest request =
        requests.buildRequest(question.method(), question.url(), question.content());
    HttpHeaders headers = request.getHeaders();
    question.range().ifPresent(headers::setRange);
    question.contentRange().ifPresent(headers::setContentRange);
    headers.setAcceptEncoding("identity");
    return request
        .setThrowExceptionOnExecuteError(false)
        .setNumberOfRetries(1) // for a token that ran out
        .setFollowRedirects(false)
        .setConnectTimeout(CONNECT_MILLIS)
        .setReadTimeout((int) options.stall().toMillis())
        .setLoggingEnabled(false)
        .execute();
  }

  private ElanusException refused(int status, String key) {
    String sentence =
        switch (status) {
          case 401, 403 -> "object store refuses access; look at its credentials and roles";
          case 404 -> "object store has no such bucket";
          default -> "object store refuses a request";
        };
    return told(ErrorCode.IO_FAILED, sentence, null, key, String.valueOf(status));
  }

  private ElanusException told(
      ErrorCode code, String sentence, @Nullable IOException cause, String key, String reason) {
    return new ElanusException(code, sentence, cause)
        .with("key", key)
        .with("store", options.place())
        .with("reason", reason);
  }
}
