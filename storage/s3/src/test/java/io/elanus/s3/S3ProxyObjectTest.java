package io.elanus.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.objects.ObjectInfo;
import io.elanus.servers.S3Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against s3proxy. */
final class S3ProxyObjectTest extends S3Contract {
  @Override
  S3Server start(Path folder) throws Exception {
    return TestS3.start(folder);
  }

  /** A page of a listing has 1,000 keys. */
  @Test
  void aListingHasMoreThanAPage() {
    List<String> expected =
        IntStream.range(0, 1_050).mapToObj(i -> "many/%04d".formatted(i)).toList();
    expected.parallelStream().forEach(key -> put(key, ""));
    assertThat(store.list("many/")).extracting(ObjectInfo::key).containsExactlyElementsOf(expected);
  }

  /** 200 MB through a heap of 40. */
  @Test
  void aLargeObjectNeedsLittleMemory() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx40m", "-XX:MaxDirectMemorySize=64m", "-XX:+UseSerialGC", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(List.of(LargeObject.class.getName(), server.endpoint()));
    command.add(folder.resolve("large-copy").toString());
    Path said = folder.resolve("large.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(said, StandardCharsets.UTF_8)).contains("copied 200000000 bytes");
  }
}
