package io.elanus.api.milvus;

/**
 * What the server says of itself.
 *
 * @param version looks like one of Milvus, because clients show and compare it
 * @param deployMode STANDALONE or DISTRIBUTED
 * @param nodeId of this proxy
 */
public record ServerInfo(
    String version, String buildTime, String gitCommit, String deployMode, long nodeId) {
  /** The protocol's that is spoken. */
  private static final String VERSION = "v3.0.2";

  public static ServerInfo standalone() {
    return new ServerInfo(VERSION, "", "", "STANDALONE", 1);
  }

  /** A proxy of a cluster. */
  public static ServerInfo distributed(long nodeId) {
    return new ServerInfo(VERSION, "", "", "DISTRIBUTED", nodeId);
  }
}
