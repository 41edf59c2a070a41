package io.elanus.node.streaming;

import io.elanus.schema.Timestamps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Requests that were written within the last minutes, so that a repeated one is answered as the
 * first was. Used by the channel's loop only; ages are told by timestamps.
 */
final class RequestMemory {
  private final long keepMillis;
  private final LinkedHashMap<String, Long> timestamps = new LinkedHashMap<>();

  RequestMemory(Duration keep) {
    keepMillis = keep.toMillis();
  }

  void remember(String requestId, long timestamp) {
    if (!requestId.isEmpty()) {
      timestamps.put(requestId, timestamp);
      forgetBefore(timestamp);
    }
  }

  /** The timestamp under which the request was written; empty when it is not known. */
  OptionalLong find(String requestId) {
    Long timestamp = timestamps.get(requestId);
    return timestamp == null ? OptionalLong.empty() : OptionalLong.of(timestamp);
  }

  /** What replay from a later checkpoint would no longer find. */
  LogEntry.Requests snapshot(long now) {
    forgetBefore(now);
    List<String> ids = new ArrayList<>(timestamps.size());
    long[] times = new long[timestamps.size()];
    for (Map.Entry<String, Long> entry : timestamps.entrySet()) {
      times[ids.size()] = entry.getValue();
      ids.add(entry.getKey());
    }
    return new LogEntry.Requests(ids, times);
  }

  private void forgetBefore(long now) {
    long oldestMillis = Timestamps.physicalMillis(now) - keepMillis;
    var oldest = timestamps.values().iterator();
    while (oldest.hasNext() && Timestamps.physicalMillis(oldest.next()) < oldestMillis) {
      oldest.remove();
    }
  }
}
