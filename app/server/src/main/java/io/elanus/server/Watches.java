package io.elanus.server;

import io.elanus.process.Opened;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.roles.CallWatch;
import io.elanus.server.operations.RoleCallMeters;
import io.elanus.server.tracing.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;

/** Who hears of the calls of this process: traces where they are asked for, figures. */
final class Watches implements AutoCloseable {
  private final List<CallWatch> traces;

  private Watches(List<CallWatch> traces) {
    this.traces = traces;
  }

  /**
   * From now on.
   *
   * @param roles of the process, between commas
   */
  static Watches install(Settings settings, String roles) {
    List<CallWatch> traces =
        settings.text(Setting.TRACE_ENDPOINT).isEmpty()
            ? List.of()
            : List.of(Tracing.open(settings, roles));
    if (!traces.isEmpty()) {
      CallWatch.install(traces);
    }
    return new Watches(traces);
  }

  /** Figures of calls of others go to these meters from now on, and to no others. */
  void count(MeterRegistry meters) {
    List<CallWatch> all = new ArrayList<>(traces);
    all.add(new RoleCallMeters(meters));
    CallWatch.install(all);
  }

  @Override
  public void close() {
    CallWatch.install(List.of());
    for (CallWatch watch : traces) {
      if (watch instanceof AutoCloseable open) {
        Opened.close("traces", open);
      }
    }
  }

  /** The only one that names the classes of OpenTelemetry, so that others do not load them. */
  private static final class Tracing {
    static CallWatch open(Settings settings, String roles) {
      return Traces.to(
          settings.text(Setting.TRACE_ENDPOINT),
          settings.number(Setting.TRACE_SAMPLE_PERCENT) / 100.0,
          roles);
    }
  }
}
