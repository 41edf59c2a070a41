package io.elanus.api.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.api.milvus.proto.Status;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WireErrorsTest {
  @Test
  void aTextIsTakenApartAndPutTogetherAgain() {
    for (ElanusException error :
        List.of(
            new ElanusException(ErrorCode.COLLECTION_NOT_FOUND).with("collection", "a"),
            new ElanusException(ErrorCode.COLLECTION_NOT_FOUND, "lead: twice")
                .with("database", "d=[1]")
                .with("collection", "[b]"),
            ElanusException.invalid("invalid parameter: of which one says so"),
            ElanusException.invalid(""))) {
      ElanusException read = WireErrors.of(status(error.code().milvusCode(), error.getMessage()));
      assertThat(read.code()).isEqualTo(error.code());
      assertThat(read.getMessage()).isEqualTo(error.getMessage());
      assertThat(read.leading()).isEqualTo(error.leading());
    }
  }

  @Test
  void textsOfOtherServersAreKept() {
    assertThat(WireErrors.of(status(100, "can't find it")).leading()).isEqualTo("can't find it");
    assertThat(WireErrors.of(status(4711, "new")).code()).isEqualTo(ErrorCode.UNEXPECTED);
    assertThat(WireErrors.isSuccess(Status.newBuilder().setErrorCodeValue(1).build())).isFalse();
    assertThat(WireErrors.isSuccess(Status.getDefaultInstance())).isTrue();
  }

  private static Status status(int code, String text) {
    return Status.newBuilder().setCode(code).setReason(text).build();
  }
}
