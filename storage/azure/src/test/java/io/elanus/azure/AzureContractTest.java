package io.elanus.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import io.elanus.objects.ObjectContract;
import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.schema.ElanusException;
import io.elanus.servers.AzuriteServer;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on Azurite, which npm installs; one server for the class. */
@Tag("long")
final class AzureContractTest extends ObjectContract {
  @TempDir static Path folder;
  private static AzuriteServer server;

  private final String prefix = "db-" + UUID.randomUUID() + "/";

  private AzureOptions options() {
    return TestAzurite.options(server).withPrefix(prefix);
  }

  @Override
  protected ObjectStore open() throws Exception {
    if (server == null) {
      server = TestAzurite.start(folder);
    }
    return AzureObjectStore.open(options());
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
    server.stop();
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
    assertThat(store.size("large")).isEqualTo(100);
    assertThat(put("large", random(100, 4))).isFalse();
  }

  @Test
  void aSignatureAndAConnectionStringOpenTheContainer() {
    put("mine", "mine");
    BlobContainerClient client = AzureClients.open(options());
    var permission =
        new BlobContainerSasPermission().setReadPermission(true).setListPermission(true);
    String signature =
        client.generateSas(
            new BlobServiceSasSignatureValues(OffsetDateTime.now().plusHours(1), permission));
    String connection =
        "DefaultEndpointsProtocol=http;AccountName=%s;AccountKey=%s;BlobEndpoint=%s;"
            .formatted(AzuriteServer.ACCOUNT, AzuriteServer.KEY, server.endpoint());
    for (AzureOptions options :
        new AzureOptions[] {
          AzureOptions.of(
              AzuriteServer.CONTAINER,
              Optional.of(URI.create(server.endpoint())),
              new AzureCredentials.Sas(signature)),
          AzureOptions.of(
              AzuriteServer.CONTAINER,
              Optional.empty(),
              new AzureCredentials.ConnectionString(connection))
        }) {
      try (ObjectStore other = AzureObjectStore.open(options.withPrefix(prefix))) {
        assertThat(other.list("")).extracting(ObjectInfo::key).containsExactly("mine");
        assertThat(other.read("mine", 1, 2)).isEqualTo(bytes("in"));
      }
    }
  }

  @Test
  void wrongSettingsAreToldWithoutSecrets() {
    AzureOptions wrongKey =
        AzureOptions.of(
            AzuriteServer.CONTAINER,
            Optional.of(URI.create(server.endpoint())),
            new AzureCredentials.AccountKey(AzuriteServer.ACCOUNT, "c2VjcmV0"));
    assertThatThrownBy(() -> AzureObjectStore.open(wrongKey))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("refuses access")
        .hasMessageNotContaining("c2VjcmV0");
    AzureOptions elsewhere =
        AzureOptions.of("nowhere", options().endpoint(), options().credentials());
    assertThatThrownBy(() -> AzureObjectStore.open(elsewhere))
        .hasMessageContaining("no such container");
  }

  @Test
  void neighboursInAContainerDoNotSeeEachOther() {
    put("mine", "mine");
    try (ObjectStore other = AzureObjectStore.open(options().withPrefix(prefix + "nested/"))) {
      assertThat(other.list("")).isEmpty();
      assertThat(other.exists("mine")).isFalse();
    }
    assertThat(store.list("")).extracting(ObjectInfo::key).containsExactly("mine");
  }

  @Test
  void aServerThatDoesNotAnswerIsUnavailable() throws Exception {
    try (ObjectStore impatient =
        AzureObjectStore.open(
            options().withPatience(Duration.ofSeconds(2), Duration.ofSeconds(1)))) {
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
