/**
 * QueryCoord: load state, placement of segments on query nodes, views and handoff. Which segments
 * exist is DataCoord's to say.
 */
@NullMarked
package io.elanus.coordinator.query;

import org.jspecify.annotations.NullMarked;
