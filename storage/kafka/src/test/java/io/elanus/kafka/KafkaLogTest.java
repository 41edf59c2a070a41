package io.elanus.kafka;

import io.elanus.log.LogContract;
import io.elanus.log.LogStore;
import io.elanus.servers.KafkaBroker;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** The contract against a real broker. A crash ends the store and, by chance, the broker. */
final class KafkaLogTest extends LogContract {
  private final String prefix = TestBroker.newPrefix();

  @Override
  protected LogStore open() throws Exception {
    return KafkaLogStore.open(TestBroker.options(prefix).withMaxRecordBytes(maxRecordBytes()));
  }

  @Override
  protected int maxRecordBytes() {
    return 8 << 10;
  }

  @Override
  protected void crash(Random random) throws Exception {
    if (random.nextInt(6) == 0) {
      TestBroker.get().kill();
    }
    store.close(); // writes nothing
  }

  /** Each takes a start of the broker. */
  @Override
  protected List<Integer> tornBytes() {
    return List.of(20);
  }

  @Override
  protected void tearTail(int bytes) throws Exception {
    KafkaBroker broker = TestBroker.asItIs();
    if (broker.isRunning()) {
      broker.kill();
    }
    try (RandomAccessFile file = fileOf(broker)) {
      file.setLength(file.length() - bytes);
    }
  }

  @Override
  protected void damageMiddle() throws Exception {
    KafkaBroker broker = TestBroker.get();
    broker.stop();
    try (RandomAccessFile file = fileOf(broker)) {
      long middle = file.length() / 2;
      file.seek(middle);
      int value = file.read();
      file.seek(middle);
      file.write(value ^ 4);
    }
  }

  private RandomAccessFile fileOf(KafkaBroker broker) throws IOException {
    Path file = broker.topicFolder(prefix + CHANNEL).resolve("00000000000000000000.log");
    return new RandomAccessFile(file.toFile(), "rw");
  }
}
