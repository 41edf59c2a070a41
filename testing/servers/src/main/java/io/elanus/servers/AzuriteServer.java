package io.elanus.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Azurite's Blob service, as a process on loopback. It keeps port and folder for life: what was
 * stopped is started again by {@link #start}.
 */
public final class AzuriteServer implements AutoCloseable {
  /** The account that every Azurite knows, with the key that Microsoft's documentation names. */
  public static final String ACCOUNT = "devstoreaccount1";

  public static final String KEY =
      "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

  /** The only container, once it was made. */
  public static final String CONTAINER = "elanus";

  private static final String VERSION = "2021-12-02";
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final Path library;
  private final Path folder;
  private final int port;
  private @Nullable ChildServer process;

  private AzuriteServer(Path library, Path folder, int port) {
    this.library = library;
    this.folder = folder;
    this.port = port;
  }

  /**
   * A new one, started and ready, without containers.
   *
   * @param library the folder that {@code testing/servers/azurite} prints
   * @param folder empty, for its objects and its output; left behind
   */
  public static AzuriteServer create(Path library, Path folder)
      throws IOException, InterruptedException {
    var server = new AzuriteServer(library, folder, Ports.free());
    server.start();
    return server;
  }

  /** Starts it again on the same folder and port; returns when it serves. */
  public void start() throws IOException, InterruptedException {
    process =
        ChildServer.start(
            List.of(
                "node",
                library.resolve("node_modules/azurite/dist/src/blob/main.js").toString(),
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                String.valueOf(port),
                "--location",
                folder.resolve("data").toString(),
                "--silent",
                "--disableTelemetry",
                "--skipApiVersionCheck"),
            folder.resolve("output.log"),
            "successfully listens",
            START);
  }

  /**
   * Makes the container (Blob Storage REST API, Create Container; signed as Authorize with Shared
   * Key says).
   */
  public void createContainer() throws IOException, InterruptedException {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).withNano(0));
    // The path of an emulator begins with the account, and so does that of any resource signed.
    String signed =
        "PUT"
            + "\n".repeat(12)
            + "x-ms-date:"
            + date
            + "\nx-ms-version:"
            + VERSION
            + "\n/"
            + ACCOUNT
            + "/"
            + ACCOUNT
            + "/"
            + CONTAINER
            + "\nrestype:container";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint() + "/" + CONTAINER + "?restype=container"))
            .header("x-ms-date", date)
            .header("x-ms-version", VERSION)
            .header("Authorization", "SharedKey " + ACCOUNT + ":" + signature(signed))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 201) {
        throw new IOException("Azurite makes no container: " + answer.body());
      }
    }
  }

  private static String signature(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(KEY), "HmacSHA256"));
      byte[] signature = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** {@code http://host:port/account}. */
  public String endpoint() {
    return "http://127.0.0.1:" + port + "/" + ACCOUNT;
  }

  public int port() {
    return port;
  }

  public long pid() {
    return running().pid();
  }

  /** SIGTERM; it writes its index first, which it does every few seconds otherwise. */
  public void stop() throws InterruptedException {
    running().stop(STOP);
  }

  /**
   * @param name STOP or CONT
   */
  public void signal(String name) throws IOException, InterruptedException {
    running().signal(name);
  }

  private ChildServer running() {
    if (process == null) {
      throw new IllegalStateException("Azurite was not started");
    }
    return process;
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null && process.isAlive()) {
      process.kill();
    }
  }
}
