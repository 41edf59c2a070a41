package io.elanus.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.MetadataStore;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What the tests of this room share. */
final class JdbcTests {
  private JdbcTests() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(Versioned versioned) {
    return new String(versioned.value(), StandardCharsets.UTF_8);
  }

  static long put(MetadataStore store, String key, String value) {
    return committed(store.commit(Transaction.builder().put(key, bytes(value)).build()));
  }

  static long committed(CommitResult result) {
    assertThat(result).isInstanceOf(CommitResult.Committed.class);
    return ((CommitResult.Committed) result).revision();
  }

  static void await(Duration most, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("nanoseconds too late").isNegative();
      Thread.sleep(2);
    }
  }
}
