/**
 * What operators are told and may do on the management port: who is there, what is where, moves and
 * drains, figures of each role. Decides nothing: coordinators are asked.
 */
@NullMarked
package io.elanus.server.operations;

import org.jspecify.annotations.NullMarked;
