@NullMarked
package io.elanus.node;

import org.jspecify.annotations.NullMarked;
