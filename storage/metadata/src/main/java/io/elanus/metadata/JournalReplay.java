package io.elanus.metadata;

import io.elanus.log.Log;
import io.elanus.log.LogReader;
import io.elanus.log.LogRecord;
import io.elanus.log.LogStore;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Reads one channel of a metadata journal into a map. */
final class JournalReplay {
  private final String channel;
  private final TreeMap<String, Versioned> entries = new TreeMap<>();
  private long revision;
  private long snapshotEnd;
  private boolean complete;

  private JournalReplay(String channel, boolean complete) {
    this.channel = channel;
    this.complete = complete;
  }

  TreeMap<String, Versioned> entries() {
    return entries;
  }

  long revision() {
    return revision;
  }

  /** Position after the snapshot, 0 without one. */
  long snapshotEnd() {
    return snapshotEnd;
  }

  /** Replays the newest channel with a complete snapshot and deletes the others. */
  static JournalReplay newest(LogStore logs) {
    List<String> channels = logs.channels().stream().filter(LogJournal::isChannel).toList();
    String first = LogJournal.channel(0);
    Optional<JournalReplay> newest = Optional.empty();
    for (String channel : channels.reversed()) {
      newest = read(logs.open(channel), channel, channel.equals(first));
      if (newest.isPresent()) {
        break;
      }
    }
    if (newest.isEmpty() && !channels.isEmpty()) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "metadata has no complete journal")
          .with("channels", channels);
    }
    JournalReplay replay = newest.orElseGet(() -> new JournalReplay(first, true));
    channels.stream().filter(channel -> !channel.equals(replay.channel)).forEach(logs::delete);
    return replay;
  }

  long number() {
    return Long.parseLong(channel.substring(channel.lastIndexOf('-') + 1));
  }

  private static Optional<JournalReplay> read(Log log, String channel, boolean isFirst) {
    var replay = new JournalReplay(channel, isFirst);
    if (log.firstPosition() != 0) {
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "metadata journal lacks its beginning")
          .with("channel", channel)
          .with("first", log.firstPosition());
    }
    try (LogReader reader = log.read(log.firstPosition())) {
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        replay.apply(next.get());
      }
    }
    return replay.complete ? Optional.of(replay) : Optional.empty();
  }

  private void apply(LogRecord record) {
    JournalRecord decoded;
    try {
      decoded = JournalRecord.decode(record.payload());
    } catch (RuntimeException malformed) {
      throw damaged(record).with("reason", malformed);
    }
    switch (decoded) {
      case JournalRecord.SnapshotPart part ->
          part.entries().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
      case JournalRecord.SnapshotEnd end -> finishSnapshot(end, record);
      case JournalRecord.Applied applied -> apply(applied, record);
    }
  }

  private void finishSnapshot(JournalRecord.SnapshotEnd end, LogRecord record) {
    if (complete || end.entries() != entries.size()) {
      throw damaged(record);
    }
    complete = true;
    revision = end.revision();
    snapshotEnd = record.nextPosition();
  }

  private void apply(JournalRecord.Applied applied, LogRecord record) {
    if (!complete || applied.revision() <= revision) {
      throw damaged(record);
    }
    revision = applied.revision();
    applied.puts().forEach((key, value) -> entries.put(key, new Versioned(value, revision)));
    applied.deletes().forEach(entries::remove);
  }

  private ElanusException damaged(LogRecord record) {
    return new ElanusException(ErrorCode.DATA_INTEGRITY, "metadata journal is damaged")
        .with("channel", channel)
        .with("position", record.position());
  }
}
