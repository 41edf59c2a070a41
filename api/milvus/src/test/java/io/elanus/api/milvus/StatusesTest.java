package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.api.milvus.proto.AlterCollectionSchemaResponse;
import io.elanus.api.milvus.proto.DescribeCollectionResponse;
import io.elanus.api.milvus.proto.MutationResult;
import io.elanus.api.milvus.proto.Status;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class StatusesTest {
  @Test
  void carriesCodeTextLegacyAndBlame() {
    Status status =
        Statuses.of(
            new ElanusException(ErrorCode.COLLECTION_NOT_FOUND)
                .with("database", "default")
                .with("collection", "x"));
    assertThat(status.getCode()).isEqualTo(100);
    assertThat(status.getReason())
        .isEqualTo("collection not found[database=default][collection=x]");
    assertThat(status.getDetail()).isEqualTo(status.getReason());
    assertThat(status.getErrorCode())
        .isEqualTo(io.elanus.api.milvus.proto.ErrorCode.CollectionNotExists);
    assertThat(status.getRetriable()).isFalse();
    assertThat(status.getExtraInfoMap()).containsEntry("is_input_error", "true");
  }

  @Test
  void passingConditionsAreRetriableAndNobodysFault() {
    Status status = Statuses.of(new ElanusException(ErrorCode.RATE_LIMIT));
    assertThat(status.getRetriable()).isTrue();
    assertThat(status.getErrorCodeValue()).isEqualTo(49);
    assertThat(status.getExtraInfoMap()).isEmpty();
  }

  @Test
  void everyErrorHasALegacyCodeOtherThanSuccess() {
    assertThat(Arrays.stream(ErrorCode.values()).map(ElanusException::new).map(Statuses::of))
        .allSatisfy(status -> {
          assertThat(status.getErrorCodeValue()).isPositive();
          assertThat(status.getCode()).isPositive();
        });
  }

  @Test
  void mutationsWithExtraInfoAlwaysHaveReportValue() {
    Status failed = Statuses.of(ElanusException.invalid("num_rows should be greater than 0"));
    assertThat(
            Statuses.answer(MutationResult.getDefaultInstance(), failed)
                .getStatus()
                .getExtraInfoMap())
        .containsEntry("report_value", "0")
        .containsEntry("is_input_error", "true");
    assertThat(Statuses.forMutation(Statuses.OK)).isEqualTo(Status.getDefaultInstance());
  }

  @Test
  void findsTheStatusOfEachKindOfAnswer() {
    Status failed = Statuses.of(new ElanusException(ErrorCode.INDEX_NOT_FOUND));
    assertThat(Statuses.answer(Status.getDefaultInstance(), failed)).isEqualTo(failed);
    assertThat(Statuses.answer(DescribeCollectionResponse.getDefaultInstance(), failed).getStatus())
        .isEqualTo(failed);
    assertThat(
            Statuses.answer(AlterCollectionSchemaResponse.getDefaultInstance(), failed)
                .getAlterStatus())
        .isEqualTo(failed);
  }
}
