package io.elanus.transport;

import io.elanus.roles.DataCoord;
import io.elanus.roles.DataNode;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.IndexNode;
import io.elanus.roles.Proxy;
import io.elanus.roles.ProxyCache;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.QueryNode;
import io.elanus.roles.RootCoord;
import io.elanus.roles.ShardFollower;
import io.elanus.roles.StreamingNode;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The methods of the role interfaces, by name: a role's method names are unique. */
final class RoleMethods {
  static final List<Class<?>> ROLES =
      List.of(
          RootCoord.class,
          DataCoord.class,
          QueryCoord.class,
          IndexCoord.class,
          StreamingNode.class,
          ShardFollower.class,
          QueryNode.class,
          DataNode.class,
          IndexNode.class,
          Proxy.class,
          ProxyCache.class);

  private static final ClassValue<Map<String, RoleMethod>> METHODS =
      new ClassValue<>() {
        @Override
        protected Map<String, RoleMethod> computeValue(Class<?> role) {
          Map<String, RoleMethod> methods = new HashMap<>();
          for (Method method : role.getMethods()) {
            if (methods.put(method.getName(), new RoleMethod(role, method)) != null) {
              throw new IllegalArgumentException(method + " is overloaded");
            }
          }
          return Map.copyOf(methods);
        }
      };

  /** A method and the types of what it takes and gives. */
  record RoleMethod(Class<?> role, Method method) {
    List<Type> parameters() {
      return List.of(method.getGenericParameterTypes());
    }

    Type result() {
      return method.getGenericReturnType();
    }

    boolean answers() {
      return method.getReturnType() != void.class;
    }
  }

  private RoleMethods() {}

  static Map<String, RoleMethod> of(Class<?> role) {
    return METHODS.get(role);
  }
}
