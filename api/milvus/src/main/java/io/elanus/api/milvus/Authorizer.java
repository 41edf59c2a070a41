package io.elanus.api.milvus;

import java.util.List;

/**
 * The one filter that every RPC passes. While authorization is off, which is Milvus' default, a
 * token is accepted and not looked at.
 */
public interface Authorizer {
  /** Authorization is off. */
  Authorizer OFF = new Off();

  /**
   * Who the caller is.
   *
   * @throws io.grpc.StatusRuntimeException UNAUTHENTICATED with Milvus's texts
   */
  void authenticate(Caller caller);

  /**
   * Whether the caller may do it.
   *
   * @param privilege for example {@code PrivilegeLoad}
   * @param objectType Collection, Global or User
   * @param objects names; {@code *} when the request names none
   * @throws io.grpc.StatusRuntimeException PERMISSION_DENIED
   */
  void authorize(
      Caller caller, String database, String privilege, String objectType, List<String> objects);

  /** See {@link #OFF}. */
  final class Off implements Authorizer {
    private Off() {}

    @Override
    public void authenticate(Caller caller) {}

    @Override
    public void authorize(
        Caller caller,
        String database,
        String privilege,
        String objectType,
        List<String> objects) {}
  }
}
