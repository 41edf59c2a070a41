package io.elanus.roles;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Several that hear of the same calls, in their order; of ends in reverse. */
record CallWatches(List<CallWatch> watches) implements CallWatch {
  CallWatches {
    watches = List.copyOf(watches);
  }

  @Override
  public Call arriving(Kind kind, String name, UnaryOperator<@Nullable String> headers) {
    return calls(watch -> watch.arriving(kind, name, headers));
  }

  @Override
  public Call leaving(String name, BiConsumer<String, String> headers) {
    return calls(watch -> watch.leaving(name, headers));
  }

  private Call calls(Function<CallWatch, Call> begin) {
    List<Call> calls = watches.stream().map(begin).toList().reversed();
    return new Call() {
      @Override
      public void ended(boolean succeeded) {
        calls.forEach(call -> call.ended(succeeded));
      }

      @Override
      public void forgotten() {
        calls.forEach(Call::forgotten);
      }
    };
  }
}
