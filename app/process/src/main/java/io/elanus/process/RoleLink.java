package io.elanus.process;

/** What stands between the callers of a role and the role: nothing, or a socket. */
public interface RoleLink extends AutoCloseable {
  /** Calls of {@code role} go straight to the object. */
  RoleLink DIRECT =
      new RoleLink() {
        @Override
        public <R> R connect(Class<R> role, R target) {
          return target;
        }

        @Override
        public void close() {}
      };

  /** Something of the role's interface that leads to {@code target}. */
  <R> R connect(Class<R> role, R target);

  @Override
  void close();
}
