package io.elanus.cluster;

import io.elanus.roles.ResourceGroups;
import io.elanus.roles.RootCoord;
import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls to a coordinator, whoever has its seat by then. While nobody has, or the one who had it
 * does not answer, a call waits and is made again, up to a limit. One that may have been carried
 * out is repeated only where that changes nothing: all but {@link #ONCE} may be.
 */
final class SeatRoute<R> implements InvocationHandler {
  private static final long FIRST_PAUSE_MILLIS = 5;
  private static final long LONGEST_PAUSE_MILLIS = 25;

  private static final Object[] NONE = new Object[0];

  /** {@link RootCoord#execute}, {@link ResourceGroups#arrange}. */
  private static final Set<String> ONCE = Set.of("execute", "arrange");

  private final Map<Method, MethodHandle> handles = new ConcurrentHashMap<>();
  private final Class<R> role;
  private final Supplier<R> holder;
  private final Duration patience;

  private SeatRoute(Class<R> role, Supplier<R> holder, Duration patience) {
    this.role = role;
    this.holder = holder;
    this.patience = patience;
  }

  /**
   * @param holder the coordinator at present; NOT_READY while there is none
   */
  static <R> R to(Class<R> role, Supplier<R> holder, Duration patience) {
    return role.cast(
        Proxy.newProxyInstance(
            role.getClassLoader(), new Class<?>[] {role}, new SeatRoute<>(role, holder, patience)));
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return method.invoke(this, arguments);
    }
    MethodHandle call = handles.computeIfAbsent(method, SeatRoute::handle);
    Object[] given = arguments == null ? NONE : arguments;
    long until = System.nanoTime() + patience.toNanos();
    for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
      boolean begun = false;
      try {
        Object holding = holder.get();
        begun = true;
        return (Object) call.invokeExact(holding, given);
      } catch (ElanusException failure) {
        if (begun && !mayRepeat(method, failure.code()) || System.nanoTime() > until) {
          throw failure;
        }
      }
      pause(pause);
    }
  }

  /**
   * (coordinator, arguments) → result; null for void. Not by reflection: that may call through a
   * native frame, and a virtual thread that waits above one keeps its carrier.
   */
  private static MethodHandle handle(Method method) {
    try {
      return MethodHandles.publicLookup()
          .unreflect(method)
          .asSpreader(Object[].class, method.getParameterCount())
          .asType(MethodType.methodType(Object.class, Object.class, Object[].class));
    } catch (IllegalAccessException notPublic) {
      throw new IllegalArgumentException(method + " is not public", notPublic);
    }
  }

  private static boolean mayRepeat(Method method, ErrorCode code) {
    return code == ErrorCode.NOT_READY
        || code == ErrorCode.UNAVAILABLE && !ONCE.contains(method.getName());
  }

  private static void pause(long millis) {
    Waits.begin();
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ElanusException(
          ErrorCode.CANCELLED, "interrupted while waiting for a coordinator", interrupted);
    }
  }

  @Override
  public String toString() {
    return "seat of " + role.getSimpleName();
  }
}
