/**
 * IndexCoord: index definitions and build tasks. Parameters are validated by the proxy, files
 * written by the index node.
 */
@NullMarked
package io.elanus.coordinator.index;

import org.jspecify.annotations.NullMarked;
