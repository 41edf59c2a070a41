package io.elanus.api.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.elanus.api.milvus.proto.MilvusProto;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PrivilegesTest {
  private static final ServiceDescriptor SERVICE =
      MilvusProto.getDescriptor().findServiceByName("MilvusService");

  @Test
  void everyRpcIsMappedOrListed() {
    List<String> unmapped =
        SERVICE.getMethods().stream()
            .map(MethodDescriptor::getName)
            .filter(name -> Privileges.of(name).isEmpty())
            .toList();
    assertThat(unmapped).containsExactlyInAnyOrderElementsOf(Privileges.NEVER_SERVED);
  }

  @Test
  void nothingIsListedThatDoesNotExist() {
    Set<String> requests =
        Set.copyOf(
            SERVICE.getMethods().stream().map(method -> method.getInputType().getName()).toList());
    assertThat(requests).containsAll(Privileges.UNCHECKED);
  }

  @Test
  void privilegesComeFromTheProtocol() {
    assertThat(Privileges.of("LoadCollection"))
        .contains(new Privileges.Demand.Privilege("PrivilegeLoad", "Collection", 3));
    assertThat(Privileges.of("CreateDatabase"))
        .contains(new Privileges.Demand.Privilege("PrivilegeCreateDatabase", "Global", -1));
    assertThat(Privileges.of("Flush"))
        .contains(new Privileges.Demand.Privilege("PrivilegeFlush", "Collection", 3));
    assertThat(Privileges.of("Connect")).contains(new Privileges.Demand.None());
  }
}
