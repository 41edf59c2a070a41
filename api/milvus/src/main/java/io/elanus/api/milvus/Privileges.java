package io.elanus.api.milvus;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.elanus.api.milvus.proto.CommonProto;
import io.elanus.api.milvus.proto.MilvusProto;
import io.elanus.api.milvus.proto.PrivilegeExt;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What each RPC demands. The privilege is declared by the option {@code privilege_ext_obj} of the
 * request message and read by reflection; requests without it must stand in {@link #UNCHECKED}, so
 * that an RPC of a later protocol cannot slip in unnoticed: a test fails when one is in neither.
 */
final class Privileges {
  /** What an RPC demands. */
  sealed interface Demand {
    /** Nothing. */
    record None() implements Demand {}

    /**
     * @param privilege name, for example {@code PrivilegeLoad}
     * @param objectType Collection, Global or User
     * @param nameField number of the request's field that names the object; -1: every object
     */
    record Privilege(String privilege, String objectType, int nameField) implements Demand {}
  }

  /** Requests that need no privilege in Milvus either, by message name. */
  static final Set<String> UNCHECKED =
      Set.of(
          "HasCollectionRequest",
          "ShowCollectionsRequest",
          "ListDatabasesRequest",
          "GetReplicasRequest",
          "GetPersistentSegmentInfoRequest",
          "GetQuerySegmentInfoRequest",
          "ConnectRequest",
          "GetVersionRequest",
          "CheckHealthRequest",
          "AllocTimestampRequest",
          "GetMetricsRequest",
          "GetComponentStatesRequest",
          "GetImportStateRequest",
          "ListImportTasksRequest",
          "RunAnalyzerRequest",
          "DescribePrewarmTaskRequest",
          "GetReplicateInfoRequest",
          "DumpMessagesRequest",
          "GetRestoreSnapshotStateRequest",
          "GetPartitionStatisticsRequest",
          "GetFlushAllStateRequest",
          "GetCompactionStateRequest",
          "GetCompactionPlansRequest",
          "CalcDistanceRequest",
          "DummyRequest",
          "RegisterLinkRequest",
          "ListIndexedSegmentRequest",
          "DescribeSegmentIndexDataRequest",
          "ComputePhraseMatchSlopRequest",
          "GetRefreshExternalCollectionProgressRequest",
          "ListRefreshExternalCollectionJobsRequest");

  /** Declared without a privilege and too strong to be free: they cannot be served. */
  static final Set<String> NEVER_SERVED = Set.of("ReplicateMessage", "CreateReplicateStream");

  private static final Map<String, Demand> DEMANDS = read();

  private Privileges() {}

  /**
   * By method name without service; empty for a method that is neither declared nor listed, which
   * must not be served.
   */
  static Optional<Demand> of(String method) {
    return Optional.ofNullable(DEMANDS.get(method));
  }

  private static Map<String, Demand> read() {
    Map<String, Demand> demands = new TreeMap<>();
    FileDescriptor file = MilvusProto.getDescriptor();
    ServiceDescriptor service = file.findServiceByName("MilvusService");
    for (MethodDescriptor method : service.getMethods()) {
      demand(method.getInputType()).ifPresent(demand -> demands.put(method.getName(), demand));
    }
    return demands;
  }

  private static Optional<Demand> demand(Descriptor request) {
    if (request.getOptions().hasExtension(CommonProto.privilegeExtObj)) {
      PrivilegeExt declared = request.getOptions().getExtension(CommonProto.privilegeExtObj);
      return Optional.of(
          new Demand.Privilege(
              declared.getObjectPrivilege().name(),
              declared.getObjectType().name(),
              nameField(declared)));
    }
    return UNCHECKED.contains(request.getName())
        ? Optional.of(new Demand.None())
        : Optional.empty();
  }

  private static int nameField(PrivilegeExt declared) {
    return declared.getObjectNameIndexs() > 0
        ? declared.getObjectNameIndexs()
        : declared.getObjectNameIndex() > 0 ? declared.getObjectNameIndex() : -1;
  }
}
