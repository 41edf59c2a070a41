/**
 * The launcher's commands. Parses arguments, prints what happened; holds no rule of the database.
 */
@NullMarked
package io.elanus.cli;

import org.jspecify.annotations.NullMarked;
