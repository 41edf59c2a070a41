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
  /** A standalone process; the version is the protocol's that is spoken. */
  public static ServerInfo standalone() {
    return new ServerInfo("v3.0.2", "", "", "STANDALONE", 1);
  }
}
