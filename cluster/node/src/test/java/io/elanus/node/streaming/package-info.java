@NullMarked
package io.elanus.node.streaming;

import org.jspecify.annotations.NullMarked;
