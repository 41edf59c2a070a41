package io.elanus.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.objects.ObjectContract;
import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.servers.S3Server;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** What a store on S3 must do, whatever server it talks to; one server for the class. */
abstract class S3Contract extends ObjectContract {
  @TempDir static Path folder;
  static S3Server server;

  private final String prefix = "db-" + UUID.randomUUID() + "/";

  abstract S3Server start(Path folder) throws Exception;

  final S3Options options() {
    return TestS3.options(server).withPrefix(prefix);
  }

  @Override
  protected final ObjectStore open() throws Exception {
    if (server == null) {
      server = start(folder);
    }
    return S3ObjectStore.open(options());
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  static byte[] random(int bytes, long seed) {
    byte[] whole = new byte[bytes];
    new Random(seed).nextBytes(whole);
    return whole;
  }

  final boolean put(String key, byte[] bytes) {
    try (ObjectWriter writer = store.create(key)) {
      writer.write(ByteBuffer.wrap(bytes));
      return writer.commit();
    }
  }

  @Test
  void objectsOutliveTheServersProcess() throws Exception {
    byte[] whole = random(20 << 20, 1);
    assertThat(put("segments/1/2/x/rows", whole)).isTrue();
    assertThat(put("segments/1/2/x/manifest", "manifest")).isTrue();
    store.close();
    server.close();
    server.start();
    store = open();
    assertThat(store.read("segments/1/2/x/rows", 0, whole.length))
        .isEqualTo(ByteBuffer.wrap(whole));
    assertThat(keys("")).containsExactly("segments/1/2/x/manifest", "segments/1/2/x/rows");
  }

  @Test
  void oneOfManyConcurrentUploadsWins() throws Exception {
    var won = new AtomicInteger(-1);
    var wins = new AtomicInteger();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        int writer = i;
        Callable<Void> work =
            () -> {
              if (put("race/large", random(9 << 20, writer))) {
                wins.incrementAndGet();
                won.set(writer);
              }
              return null;
            };
        threads.submit(work);
      }
    }
    assertThat(wins).hasValue(1);
    assertThat(store.read("race/large", 0, 9 << 20))
        .isEqualTo(ByteBuffer.wrap(random(9 << 20, won.get())));
    assertThat(uploads()).isZero();
  }

  @Test
  void anUploadThatIsNotCommittedLeavesNothing() {
    try (ObjectWriter writer = store.create("large")) {
      writer.write(ByteBuffer.wrap(random(20 << 20, 2)));
      assertThat(uploads()).isOne();
    }
    assertThat(uploads()).isZero();
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void uploadsOfDeadWritersGoWhenAStoreIsOpenedLater() throws Exception {
    try (S3Client client = S3Clients.open(options())) {
      client.createMultipartUpload(
          create -> create.bucket(S3Server.BUCKET).key(options().prefix() + "left"));
    }
    store.close();
    store = open();
    assertThat(uploads()).isOne();
    store.close();
    Thread.sleep(1_100);
    S3Options kept = options();
    store =
        S3ObjectStore.open(
            new S3Options(
                kept.bucket(),
                kept.prefix(),
                kept.endpoint(),
                kept.region(),
                kept.pathStyle(),
                kept.credentials(),
                kept.certificates(),
                true,
                kept.partBytes(),
                kept.deadline(),
                kept.stall(),
                Duration.ofMillis(1)));
    assertThat(uploads()).isZero();
  }

  private int uploads() {
    try (S3Client client = S3Clients.open(options())) {
      return client
          .listMultipartUploads(list -> list.bucket(S3Server.BUCKET).prefix(options().prefix()))
          .uploads()
          .size();
    }
  }

  @Test
  void withoutConditionalWritesTheFirstOfSuccessiveCommitsWins() {
    try (ObjectStore careless = S3ObjectStore.open(options().withConditionalWrites(false));
        ObjectWriter first = careless.create("key");
        ObjectWriter second = careless.create("key")) {
      first.write(bytes("first"));
      second.write(bytes("second"));
      assertThat(first.commit()).isTrue();
      assertThat(second.commit()).isFalse();
      assertThat(text("key")).isEqualTo("first");
    }
  }

  @Test
  void neighboursInABucketDoNotSeeEachOther() {
    put("mine", "mine");
    try (ObjectStore other = S3ObjectStore.open(options().withPrefix(prefix + "nested/"))) {
      assertThat(other.list("")).isEmpty();
      assertThat(other.exists("mine")).isFalse();
    }
    assertThat(store.list("")).extracting(ObjectInfo::key).containsExactly("mine");
  }
}
