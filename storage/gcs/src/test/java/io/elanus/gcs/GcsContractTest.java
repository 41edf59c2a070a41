package io.elanus.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.objects.ObjectContract;
import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.schema.ElanusException;
import io.elanus.servers.GcsServer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on a server of its API; one server for the class. */
final class GcsContractTest extends ObjectContract {
  @TempDir static Path folder;
  private static GcsServer server;

  private final String prefix = "db-" + UUID.randomUUID() + "/";

  private GcsOptions options() {
    return TestGcs.options(server).withPrefix(prefix);
  }

  @Override
  protected ObjectStore open() throws Exception {
    if (server == null) {
      server = TestGcs.start(folder);
    }
    return GcsObjectStore.open(options());
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  private static byte[] random(int bytes, long seed) {
    byte[] whole = new byte[bytes];
    new Random(seed).nextBytes(whole);
    return whole;
  }

  private boolean put(String key, byte[] bytes) {
    try (ObjectWriter writer = store.create(key)) {
      writer.write(ByteBuffer.wrap(bytes));
      return writer.commit();
    }
  }

  @Test
  void objectsOutliveTheServersProcess() throws Exception {
    byte[] whole = random(20 << 20, 1);
    assertThat(put("segments/1/2/x/rows", whole)).isTrue();
    assertThat(put("segments/1/2/x/rows", random(20 << 20, 2))).isFalse();
    store.close();
    server.kill();
    server.start();
    store = open();
    assertThat(store.read("segments/1/2/x/rows", 0, whole.length))
        .isEqualTo(ByteBuffer.wrap(whole));
    assertThat(keys("")).containsExactly("segments/1/2/x/rows");
  }

  @Test
  void oneOfManyConcurrentUploadsWins() throws Exception {
    var won = new AtomicInteger(-1);
    var wins = new AtomicInteger();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        int writer = i;
        threads.submit(() -> {
          if (put("race/large", random(9 << 20, writer))) {
            wins.incrementAndGet();
            won.set(writer);
          }
        });
      }
    }
    assertThat(wins).hasValue(1);
    assertThat(store.read("race/large", 0, 9 << 20))
        .isEqualTo(ByteBuffer.wrap(random(9 << 20, won.get())));
  }

  @Test
  void anUploadThatIsNotCommittedShowsNothing() {
    try (ObjectWriter writer = store.create("large")) {
      writer.write(ByteBuffer.wrap(random(20 << 20, 2)));
    }
    assertThat(store.list("")).isEmpty();
    assertThat(store.exists("large")).isFalse();
    assertThat(put("large", random(100, 3))).isTrue();
  }

  @Test
  void wrongSettingsAreTold() {
    GcsOptions elsewhere =
        GcsOptions.ofBucket("nowhere")
            .withEndpoint(options().endpoint())
            .withCredentials(new GcsCredentials.None());
    assertThatThrownBy(() -> GcsObjectStore.open(elsewhere)).hasMessageContaining("no such bucket");
    assertThatThrownBy(() ->
            GcsObjectStore.open(
                options().withCredentials(new GcsCredentials.KeyFile(folder.resolve("no key")))))
        .hasMessageContaining("cannot be read");
  }

  @Test
  void neighboursInABucketDoNotSeeEachOther() {
    put("mine", "mine");
    try (ObjectStore other = GcsObjectStore.open(options().withPrefix(prefix + "nested/"))) {
      assertThat(other.list("")).isEmpty();
      assertThat(other.exists("mine")).isFalse();
    }
    assertThat(store.list("")).extracting(ObjectInfo::key).containsExactly("mine");
  }

  @Test
  void aServerThatDoesNotAnswerIsUnavailable() throws Exception {
    try (ObjectStore impatient =
        GcsObjectStore.open(options().withPatience(Duration.ofSeconds(2), Duration.ofSeconds(1)))) {
      put("object", "there");
      server.signal("STOP");
      try {
        assertThatThrownBy(() -> impatient.read("object", 0, 5))
            .isInstanceOf(ElanusException.class)
            .hasMessageContaining("does not answer");
      } finally {
        server.signal("CONT");
      }
      assertThat(impatient.size("object")).isEqualTo(5);
    }
  }
}
