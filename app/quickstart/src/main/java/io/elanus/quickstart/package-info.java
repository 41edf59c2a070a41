/**
 * {@code ./elanus quickstart}: a client like any other, with a local sentence model in its own
 * process. Starts a server beside itself, loads real texts, asks, and measures the answers.
 */
@NullMarked
package io.elanus.quickstart;

import org.jspecify.annotations.NullMarked;
