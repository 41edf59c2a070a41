/**
 * The stores and roles of one process, wired by direct calls: read the settings, open the stores,
 * build the roles, start them, close in reverse. Knows no port.
 */
@NullMarked
package io.elanus.process;

import org.jspecify.annotations.NullMarked;
