/**
 * Real servers of others as child processes on loopback, for tests: made ready by the scripts of
 * {@code testing/servers}, started on folders and ports of their own, stopped, killed, paused and
 * restarted. Knows no test library and no room of Elanus.
 */
@NullMarked
package io.elanus.servers;

import org.jspecify.annotations.NullMarked;
