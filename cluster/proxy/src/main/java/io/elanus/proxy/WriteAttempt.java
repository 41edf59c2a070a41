package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.Column;
import io.elanus.schema.Keys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Ids of one request, fixed before it is tried, so that a repeated try is the same write.
 *
 * @param firstId row ids (and generated keys) count from here
 */
record WriteAttempt(long requestId, long firstId) {
  /** For as many rows as the columns really have, whatever the request says. */
  static WriteAttempt of(IdSource ids, Collection<Column> columns) {
    int rows = columns.stream().mapToInt(Column::rows).max().orElse(0);
    long first = ids.take(Math.addExact(rows, 1));
    return new WriteAttempt(first, first + 1);
  }

  /** One write for each shard that has rows or deletes. */
  List<StreamingNode.Write> writes(
      Catalogue.Collection collection,
      Map<String, List<StreamingNode.Rows>> inserts,
      Map<String, Keys> deletes,
      Optional<Long> deletePartition,
      long readTimestamp) {
    Set<String> channels = new LinkedHashSet<>(inserts.keySet());
    channels.addAll(deletes.keySet());
    List<StreamingNode.Write> writes = new ArrayList<>();
    for (String channel : channels) {
      writes.add(
          new StreamingNode.Write(
              requestId + "/" + channel,
              channel,
              collection.schema().version(),
              inserts.getOrDefault(channel, List.of()),
              Optional.ofNullable(deletes.get(channel)),
              deletePartition,
              readTimestamp));
    }
    return writes;
  }
}
