/**
 * RootCoord: the catalogue, ids, and the timestamp oracle. Segments are DataCoord's, load state is
 * QueryCoord's.
 */
@NullMarked
package io.elanus.coordinator.root;

import org.jspecify.annotations.NullMarked;
