@NullMarked
package io.elanus.node.data;

import org.jspecify.annotations.NullMarked;
