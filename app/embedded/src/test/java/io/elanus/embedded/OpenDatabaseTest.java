package io.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import org.junit.jupiter.api.Test;

final class OpenDatabaseTest {
  @Test
  void aWaitThatIsInterruptedDoesNotPassForALoadedCollection() {
    Proxy loading =
        (Proxy)
            java.lang.reflect.Proxy.newProxyInstance(
                Proxy.class.getClassLoader(),
                new Class<?>[] {Proxy.class},
                (proxy, method, arguments) -> {
                  assertThat(method.getName()).isEqualTo("loadingProgress");
                  return 99;
                });
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () -> OpenDatabase.awaitLoaded(new LocalRequests(loading, () -> {}), "texts"))
        .isInstanceOfSatisfying(
            ElanusException.class,
            cancelled -> assertThat(cancelled.code()).isEqualTo(ErrorCode.CANCELLED));
    assertThat(Thread.interrupted()).isTrue();
  }
}
