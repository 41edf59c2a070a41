/**
 * The wiring of a process, told as one story: read the configuration, open the stores, build the
 * roles, open the doors, close in reverse. Holds no rule of the database itself.
 */
@NullMarked
package io.elanus.server;

import org.jspecify.annotations.NullMarked;
