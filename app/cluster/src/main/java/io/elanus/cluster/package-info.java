/**
 * One process of a cluster: its place among the others, some roles, seats of coordinators it stands
 * for, and the ways to everybody else's. The same roles as in {@code process}, another wiring.
 */
@NullMarked
package io.elanus.cluster;

import org.jspecify.annotations.NullMarked;
