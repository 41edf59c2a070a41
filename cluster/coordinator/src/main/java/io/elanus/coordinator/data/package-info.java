/**
 * DataCoord: channel ownership, segments, delete files, checkpoints, compaction and garbage. What
 * rows hold is the nodes' affair.
 */
@NullMarked
package io.elanus.coordinator.data;

import org.jspecify.annotations.NullMarked;
