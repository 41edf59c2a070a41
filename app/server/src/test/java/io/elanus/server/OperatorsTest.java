package io.elanus.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process with open doors tells and lets be done on its management port. */
@Timeout(60)
final class OperatorsTest {
  private static final int ROUNDS = 20;

  private final HttpClient client = HttpClient.newHttpClient();
  private ElanusServer server;

  @TempDir private Path folder;

  @BeforeEach
  void start() {
    server =
        ElanusServer.start(
            Settings.defaults()
                .with(Setting.DATA_DIRECTORY, folder.toString())
                .with(Setting.GRPC_PORT, "0")
                .with(Setting.HTTP_PORT, "0")
                .with(Setting.WARM_UP, "false"));
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void listsSayWhatIsWhere() throws Exception {
    play();
    JsonNode node = list("nodes").get(0);
    assertThat(node.path("node_id").asLong()).isEqualTo(1);
    assertThat(node.path("roles")).hasSize(9);
    assertThat(node.path("seats")).hasSize(4);
    assertThat(node.path("draining").asBoolean(true)).isFalse();
    JsonNode channel = list("channels").get(0);
    assertThat(channel.path("node_id").asLong()).isEqualTo(1);
    assertThat(channel.path("end").asLong()).isPositive();
    assertThat(channel.path("lag_bytes").isNumber()).isTrue();
    assertThat(channel.path("checkpoint_age_seconds").isNumber()).isTrue();
    JsonNode segment = list("segments").get(0);
    assertThat(segment.path("channel").asText()).startsWith(channel.path("channel").asText());
    assertThat(segment.path("rows").asLong()).isPositive();
    JsonNode replica = list("replicas").get(0);
    assertThat(replica.path("loaded_percent").asInt()).isEqualTo(100);
    assertThat(replica.path("leader").asLong()).isEqualTo(1);
  }

  @Test
  void changesAreRefusedWithAReason() throws Exception {
    String drain = "/management/node/drain?node_id=";
    assertThat(post(drain + 1).statusCode()).isNotEqualTo(200);
    assertThat(post(drain + 1).body()).contains("there is no other streaming node");
    assertThat(post(drain + 7).statusCode()).isEqualTo(400);
    assertThat(post(drain).body()).contains("node_id is missing");
    assertThat(post(drain + "x").body()).contains("no whole number");
    String transfer = "/management/querycoord/transfer/segment?segment_id=5&target_node_id=";
    assertThat(post(transfer + 1).body()).contains("no view has the segment");
    assertThat(post(transfer + 2).statusCode()).isEqualTo(400);
    HttpRequest ofBrowser =
        HttpRequest.newBuilder(at(drain + 1))
            .header("Origin", "http://example.org")
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    assertThat(client.send(ofBrowser, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(403);
    assertThat(get("/management/check/ready?role=querynode,mixcoord")).contains("OK");
  }

  @Test
  void everyRoleHasFiguresThatMove() throws Exception {
    double searches = value("milvus_proxy_req_count{function_name=\"Search\"");
    double rows = value("milvus_streamingnode_growing_segment_rows_total{");
    assertThat(value("milvus_rootcoord_collection_num{")).isZero();
    play();
    assertThat(value("milvus_proxy_req_count{function_name=\"Search\"")).isGreaterThan(searches);
    assertThat(
            value("milvus_streamingnode_growing_segment_rows_total{")
                + value("milvus_datacoord_stored_rows_num{"))
        .isGreaterThan(rows);
    assertThat(value("milvus_rootcoord_collection_num{")).isPositive();
    assertThat(value("milvus_querycoord_collection_num{")).isPositive();
    assertThat(value("milvus_datacoord_channel_checkpoint_unix_seconds{")).isGreaterThan(1.7e9);
    String all = get("/metrics");
    assertThat(all)
        .contains("milvus_num_node{node_id=\"1\",role_name=\"querynode\"} 1\n")
        .contains("milvus_querynode_segment_num{node_id=\"1\",segment_state=\"Sealed\"} ")
        .contains("milvus_querynode_entity_num{node_id=\"1\"} ")
        .contains("milvus_datanode_index_task_count{node_id=\"1\"} ")
        .contains("milvus_rootcoord_proxy_num{node_id=\"1\"} 1\n")
        .contains(
            "elanus_datacoord_channel_lag_bytes{channel_name=\"elanus-dml_0\",node_id=\"1\"} ")
        .contains("milvus_proxy_req_latency_bucket{");
  }

  private void play() throws IOException {
    AtomicInteger left = new AtomicInteger(ROUNDS);
    server.rehearse(() -> left.getAndDecrement() > 0);
  }

  /** Summed over the samples that begin so. */
  private double value(String beginning) throws Exception {
    return get("/metrics")
        .lines()
        .filter(line -> line.startsWith(beginning))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private JsonNode list(String what) throws Exception {
    JsonNode rows = new ObjectMapper().readTree(get("/management/" + what));
    assertThat(rows.isArray() && !rows.isEmpty()).as(what).isTrue();
    return rows;
  }

  private URI at(String path) {
    return URI.create("http://" + server.httpAddress() + path);
  }

  private String get(String path) throws Exception {
    return client
        .send(HttpRequest.newBuilder(at(path)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private HttpResponse<String> post(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(at(path)).POST(HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
