/**
 * Traces by OpenTelemetry. No class of it is loaded unless {@code trace.otlp.endpoint} is set: only
 * this package names them, and it is reached by one way.
 */
@NullMarked
package io.elanus.server.tracing;

import org.jspecify.annotations.NullMarked;
