package io.elanus.coordinator;

import io.elanus.roles.Reads;
import io.elanus.roles.Segments;
import io.elanus.roles.ShardFollower;
import io.elanus.schema.RowBatch;
import java.util.Map;
import java.util.TreeMap;

/** Follows what it is told to, and remembers its views until it forgets them. */
public final class FakeFollower implements ShardFollower {
  public final Map<String, Segments.View> views = new TreeMap<>();

  /** By channel, which time it is. */
  public final Map<String, Long> followed = new TreeMap<>();

  private long last;

  /** What it followed is forgotten. */
  public void fail() {
    views.clear();
    followed.clear();
  }

  @Override
  public long follow(String channel) {
    return followed.computeIfAbsent(channel, absent -> ++last);
  }

  @Override
  public void unfollow(String channel) {
    views.remove(channel);
    followed.remove(channel);
  }

  @Override
  public Switched switchView(Segments.View view) {
    views.put(view.channel(), view);
    return new Done();
  }

  @Override
  public void dropView(String channel) {
    unfollow(channel);
  }

  @Override
  public Reads.Hits search(String channel, Reads.Search search) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Reads.Found query(String channel, Reads.Query query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public RowBatch fetch(String channel, Reads.Fetch fetch) {
    throw new UnsupportedOperationException();
  }
}
