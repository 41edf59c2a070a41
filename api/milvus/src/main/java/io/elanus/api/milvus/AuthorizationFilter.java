package io.elanus.api.milvus;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.Status;
import java.util.List;

/**
 * Holds a request against what {@link Privileges} demands: reads the names of database and objects
 * out of it and asks the {@link Authorizer}.
 */
final class AuthorizationFilter {
  private static final String DATABASE = "db_name";
  private static final int DATABASE_OF_ROWS = 2; // the same field of the messages that stay raw

  private final Authorizer authorizer;

  AuthorizationFilter(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /**
   * @param method name without service
   * @param request a message, or a {@link RawRequest} of rows
   * @throws io.grpc.StatusRuntimeException UNAUTHENTICATED or PERMISSION_DENIED
   */
  void check(String method, Caller caller, Object request) {
    if (authorizer == Authorizer.OFF) {
      return; // and the protocol's descriptors need not be built
    }
    authorizer.authenticate(caller);
    switch (demand(method)) {
      case Privileges.Demand.None none -> {}
      case Privileges.Demand.Privilege wanted ->
          authorizer.authorize(
              caller,
              caller.database(database(request)),
              wanted.privilege(),
              wanted.objectType(),
              objects(request, wanted.nameField()));
    }
  }

  private static Privileges.Demand demand(String method) {
    return Privileges.of(method)
        .orElseThrow(() ->
            Status.PERMISSION_DENIED
                .withDescription("no privilege is mapped to " + method)
                .asRuntimeException());
  }

  private static String database(Object request) {
    return switch (request) {
      case RawRequest raw -> raw.text(DATABASE_OF_ROWS);
      case Message message -> {
        FieldDescriptor found = message.getDescriptorForType().findFieldByName(DATABASE);
        yield found == null ? "" : message.getField(found).toString();
      }
      default -> "";
    };
  }

  private static List<String> objects(Object request, int field) {
    if (field < 0) {
      return List.of("*");
    }
    if (request instanceof RawRequest raw) {
      return List.of(raw.text(field));
    }
    if (request instanceof Message message) {
      FieldDescriptor found = message.getDescriptorForType().findFieldByNumber(field);
      Object value = found == null ? "*" : message.getField(found);
      return value instanceof List<?> many
          ? many.stream().map(Object::toString).toList()
          : List.of(value.toString());
    }
    return List.of("*");
  }
}
