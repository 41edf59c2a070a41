package io.elanus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import org.junit.jupiter.api.Test;

final class ToldTest {
  @Test
  void aSentenceStandsAlone() {
    assertThat(Main.told(ElanusException.invalid("a port is a number")))
        .isEqualTo("a port is a number");
    assertThat(Main.told(new ElanusException(ErrorCode.IO_FAILED, "it is taken").with("pid", 7)))
        .isEqualTo("it is taken [pid=7]");
    assertThat(Main.told(new ElanusException(ErrorCode.IO_FAILED)))
        .isEqualTo(ErrorCode.IO_FAILED.baseText());
  }
}
