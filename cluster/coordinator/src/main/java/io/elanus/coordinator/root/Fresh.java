package io.elanus.coordinator.root;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * What a decision needs from outside.
 *
 * @param timestamp of the change
 * @param ids unused ones
 * @param physicalChannels of the log
 */
record Fresh(long timestamp, LongSupplier ids, List<String> physicalChannels, RootLimits limits) {}
