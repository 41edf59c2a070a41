package io.elanus.server.tracing;

import io.elanus.roles.CallWatch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Spans of the calls of clients and of what roles of other processes are called for meanwhile, sent
 * by OTLP over HTTP. Who calls whom goes along as W3C trace context in the calls' metadata.
 *
 * <p>What roles do by themselves has no trace: a call that leaves has a span only while the one it
 * belongs to runs. Which that is, threads inherit from the thread that starts them, so that the
 * virtual threads over which a request fans out need not be told.
 */
public final class Traces implements CallWatch, AutoCloseable {
  private static final W3CTraceContextPropagator CONTEXT = W3CTraceContextPropagator.getInstance();
  private static final Duration SEND_EVERY = Duration.ofSeconds(1);

  private static final TextMapGetter<UnaryOperator<@Nullable String>> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(UnaryOperator<@Nullable String> headers) {
          return List.of();
        }

        @Override
        public @Nullable String get(
            @Nullable UnaryOperator<@Nullable String> headers, String name) {
          return headers == null ? null : headers.apply(name);
        }
      };

  private final InheritableThreadLocal<@Nullable Arrived> present = new InheritableThreadLocal<>();
  private final SdkTracerProvider provider;
  private final Tracer tracer;

  /** A call that this process answers; what it calls has the context as parent. */
  private static final class Arrived {
    private final Context context;
    private volatile boolean ended;

    Arrived(Context context) {
      this.context = context;
    }
  }

  private Traces(SdkTracerProvider provider) {
    this.provider = provider;
    tracer = provider.get("io.elanus");
  }

  /**
   * Sends from now on.
   *
   * @param endpoint such as {@code http://collector:4318/v1/traces}
   * @param share of the requests that come without a decision of their client, 0 to 1
   * @param roles of this process, between commas
   */
  public static Traces to(String endpoint, double share, String roles) {
    Resource resource =
        Resource.getDefault()
            .merge(
                Resource.create(
                    Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        "elanus",
                        AttributeKey.stringKey("elanus.roles"),
                        roles,
                        AttributeKey.stringKey("service.instance.id"),
                        Long.toString(ProcessHandle.current().pid()))));
    return new Traces(
        SdkTracerProvider.builder()
            .setResource(resource)
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(share)))
            .addSpanProcessor(
                BatchSpanProcessor.builder(
                        OtlpHttpSpanExporter.builder().setEndpoint(endpoint).build())
                    .setScheduleDelay(SEND_EVERY)
                    .build())
            .build());
  }

  @Override
  public Call arriving(Kind kind, String name, UnaryOperator<@Nullable String> headers) {
    Arrived before = present.get();
    Context parent = CONTEXT.extract(Context.root(), headers, HEADERS);
    if (kind == Kind.ROLE && !Span.fromContext(parent).getSpanContext().isValid()) {
      present.remove(); // a role's own work; what this thread inherited is none of its business
      return Call.UNWATCHED;
    }
    Span span = begin(name, SpanKind.SERVER, parent);
    Arrived arrived = new Arrived(parent.with(span));
    present.set(arrived);
    return new Call() {
      @Override
      public void ended(boolean succeeded) {
        forgotten();
        end(span, succeeded);
      }

      @Override
      public void forgotten() {
        arrived.ended = true;
        present.set(before);
      }
    };
  }

  @Override
  public Call leaving(String name, BiConsumer<String, String> headers) {
    Arrived arrived = present.get();
    if (arrived == null || arrived.ended) {
      return Call.UNWATCHED;
    }
    Span span = begin(name, SpanKind.CLIENT, arrived.context);
    CONTEXT.inject(
        arrived.context.with(span), headers, (put, key, value) -> headers.accept(key, value));
    return new Call() {
      @Override
      public void ended(boolean succeeded) {
        end(span, succeeded);
      }

      @Override
      public void forgotten() {}
    };
  }

  private Span begin(String name, SpanKind kind, Context parent) {
    SpanBuilder builder = tracer.spanBuilder(name).setSpanKind(kind).setParent(parent);
    return builder.startSpan();
  }

  private static void end(Span span, boolean succeeded) {
    if (!succeeded) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  /** Sends what is left. */
  @Override
  public void close() {
    provider.close();
  }
}
