package io.elanus.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.schema.ErrorCode;
import org.junit.jupiter.api.Test;

/** What a store must do besides when its keys are paths through folders. */
abstract class FolderObjectContract extends ObjectContract {
  @Test
  void anObjectIsNotAFolder() {
    put("a/b", "object");
    assertCode(ErrorCode.INVALID_PARAMETER, () -> put("a", "above"));
    assertCode(ErrorCode.INVALID_PARAMETER, () -> put("a/b/c", "below"));
    assertThat(keys("")).containsExactly("a/b");
    store.delete("a/b");
    assertThat(put("a", "above")).isTrue();
  }

  @Test
  void aMissingObjectHasNoPath() {
    assertCode(ErrorCode.DATA_INTEGRITY, () -> store.localPath("x"));
  }
}
