package io.elanus.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ElanusExceptionTest {
  @Test
  void whatAClientSentIsEchoedInPart() {
    String name = "a".repeat(60 << 20);
    ElanusException named =
        new ElanusException(ErrorCode.COLLECTION_NOT_FOUND).with("collection", name);
    assertThat(named.getMessage()).hasSizeLessThan(1200).endsWith("(62914560 characters)]");
    assertThat(ElanusException.invalid("bad name " + name).getMessage()).hasSizeLessThan(8400);
  }
}
