package io.elanus.brokers;

import io.elanus.log.LogStore;

/** A real broker, and logs in topics of it that no other test uses. */
public interface TestTopics {
  String CHANNEL = "channel-0";

  /** The topic of {@link #CHANNEL}. */
  String topic();

  /** A store with waits that are long enough for a restart of the broker. */
  LogStore open() throws Exception;

  /** A store that waits for an answer a second, and for an append two. */
  LogStore openImpatient() throws Exception;

  /** The same, where no broker is. */
  LogStore openNowhere() throws Exception;

  /** Puts a record into the topic as anybody may. */
  void put(byte[] stamp, byte[] payload) throws Exception;

  /** Puts into the topic what is no record of a log. */
  void putForeign() throws Exception;

  /** Puts a record once more that is in the topic. */
  void repeat(int ordinal) throws Exception;

  /** Ends the broker at once; {@link #start} brings it back. */
  void kill() throws Exception;

  void start() throws Exception;

  /** Stops the broker where it is; connections stay. */
  void pause() throws Exception;

  void resume() throws Exception;
}
