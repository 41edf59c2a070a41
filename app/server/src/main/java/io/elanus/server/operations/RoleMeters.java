package io.elanus.server.operations;

import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.IndexNode;
import io.elanus.roles.Proxy;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.QueryNode;
import io.elanus.roles.RootCoord;
import io.elanus.roles.Segments;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.ElanusException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Figures of the roles that this process runs, under Milvus's names where it has them; looked up
 * when somebody asks for them, and gone with the role: a coordinator's are told by who has the
 * seat. Only roles of this process and the catalogue are asked, so that a node that hangs holds up
 * no scrape of another.
 */
public final class RoleMeters implements Runnable {
  private final Site site;
  private final InstantSource clock;
  private final MeterRegistry registry;
  private final Map<String, MultiGauge> gauges = new ConcurrentHashMap<>();
  private final Map<String, List<MultiGauge.Row<?>>> rows = new HashMap<>();

  private RoleMeters(Site site, InstantSource clock, MeterRegistry registry) {
    this.site = site;
    this.clock = clock;
    this.registry = registry;
  }

  /**
   * Every meter of the registry gets the node's id as a label.
   *
   * @return brings the figures up to date; to be run before they are read
   */
  public static RoleMeters bind(Site site, InstantSource clock, MeterRegistry registry) {
    registry.config().commonTags("node_id", Long.toString(site.nodeId()));
    site.roles()
        .forEach(role ->
            Gauge.builder("milvus_num_node", () -> 1)
                .description("roles of this process, 1 each")
                .tag("role_name", role)
                .register(registry));
    return new RoleMeters(site, clock, registry);
  }

  @Override
  public synchronized void run() {
    rows.clear();
    gauges.keySet().forEach(name -> rows.put(name, new ArrayList<>()));
    site.here(StreamingNode.class).ifPresent(this::streamingNode);
    site.here(QueryNode.class).ifPresent(this::queryNode);
    site.here(IndexNode.class).ifPresent(this::indexNode);
    ask(() -> site.here(RootCoord.class).ifPresent(this::rootCoord));
    ask(() -> site.here(DataCoord.class).ifPresent(this::dataCoord));
    ask(() -> site.here(QueryCoord.class).ifPresent(this::queryCoord));
    rows.forEach((name, found) -> gauge(name).register(found, true));
  }

  /** What cannot be told now is left out. */
  private static void ask(Runnable question) {
    try {
      question.run();
    } catch (ElanusException notNow) {
      System.getLogger(RoleMeters.class.getName())
          .log(System.Logger.Level.DEBUG, "figures are left out", notNow);
    }
  }

  private MultiGauge gauge(String name) {
    return gauges.computeIfAbsent(name, absent -> MultiGauge.builder(absent).register(registry));
  }

  private void put(String name, double value, String... tags) {
    rows.computeIfAbsent(name, absent -> new ArrayList<>())
        .add(MultiGauge.Row.of(Tags.of(tags), value));
  }

  private void streamingNode(StreamingNode node) {
    List<StreamingNode.Held> held = node.held();
    long rowCount = 0;
    long bytes = 0;
    for (StreamingNode.Held channel : held) {
      put(
          "elanus_streamingnode_checkpoint_age_seconds",
          Inventory.ageSeconds(channel, clock),
          "channel_name",
          channel.channel());
      put("elanus_streamingnode_log_end", channel.end(), "channel_name", channel.channel());
      rowCount += channel.rows();
      bytes += channel.bytes();
    }
    put("milvus_streamingnode_channel_num", held.size());
    put("milvus_streamingnode_growing_segment_rows_total", rowCount);
    put("milvus_streamingnode_growing_segment_bytes", bytes);
    put(
        "milvus_streamingnode_growing_segment_num",
        held.stream().mapToInt(StreamingNode.Held::growingSegments).sum());
  }

  private void queryNode(QueryNode node) {
    List<QueryNode.Loaded> loaded = node.loaded();
    put("milvus_querynode_segment_num", loaded.size(), "segment_state", "Sealed");
    put("milvus_querynode_entity_num", loaded.stream().mapToLong(QueryNode.Loaded::rows).sum());
    put("milvus_querynode_entity_size", loaded.stream().mapToLong(QueryNode.Loaded::bytes).sum());
    put(
        "milvus_querynode_collection_num",
        loaded.stream().map(QueryNode.Loaded::collectionId).distinct().count());
  }

  private void indexNode(IndexNode node) {
    put("milvus_datanode_index_task_count", node.running().size());
  }

  private void rootCoord(RootCoord coordinator) {
    List<Catalogue.Database> databases = coordinator.databases();
    long collections = 0;
    long partitions = 0;
    for (Catalogue.Database database : databases) {
      for (Catalogue.Collection collection : coordinator.collections(database.name())) {
        collections++;
        partitions += collection.partitions().size();
      }
    }
    put("milvus_rootcoord_database_num", databases.size());
    put("milvus_rootcoord_partition_num", partitions);
    put("milvus_rootcoord_proxy_num", site.directory().proxies().size());
    if (site.here(Proxy.class).isEmpty()) { // which counts them, too
      put("milvus_rootcoord_collection_num", collections);
    }
  }

  private void dataCoord(DataCoord coordinator) {
    List<DataCoord.ChannelState> channels = coordinator.channels();
    put("milvus_rootcoord_dml_channel_num", channels.size());
    for (DataCoord.ChannelState channel : channels) {
      put(
          "elanus_datacoord_channel_checkpoint",
          channel.checkpoint(),
          "channel_name",
          channel.name());
      put(
          "milvus_streamingcoord_assignment_info",
          channel.owner() == 0 ? 0 : 1,
          "pchannel",
          channel.name(),
          "streaming_node",
          Long.toString(channel.owner()));
    }
    put("milvus_datacoord_datanode_num", site.directory().dataNodes().size());
    lag(channels);
    stored(coordinator);
  }

  /** Of channels whose owner answers; asked for, because only it knows where the log ends. */
  private void lag(List<DataCoord.ChannelState> channels) {
    site.directory()
        .streamingNodes()
        .values()
        .forEach(node ->
            ask(() -> {
              for (StreamingNode.Held held : node.held()) {
                channels.stream()
                    .filter(known ->
                        known.name().equals(held.channel()) && known.epoch() == held.epoch())
                    .forEach(known -> tellLag(known, held));
              }
            }));
  }

  private void tellLag(DataCoord.ChannelState channel, StreamingNode.Held held) {
    put(
        "elanus_datacoord_channel_lag_bytes",
        Math.max(0, held.end() - channel.checkpoint()),
        "channel_name",
        channel.name());
    put(
        "milvus_datacoord_channel_checkpoint_unix_seconds",
        clock.millis() / 1000.0 - Inventory.ageSeconds(held, clock),
        "channel_name",
        channel.name());
  }

  private void stored(DataCoord coordinator) {
    long segments = 0;
    long rowCount = 0;
    long bytes = 0;
    for (Catalogue.Collection collection : new Inventory(site, clock).collections()) {
      for (Segments.Segment segment : coordinator.flushedSegments(collection.id())) {
        segments++;
        rowCount += segment.rows();
        bytes += segment.bytes();
      }
    }
    put("milvus_datacoord_stored_binlog_size", bytes);
    if (site.here(Proxy.class).isEmpty()) {
      put("milvus_datacoord_segment_num", segments, "segment_state", "Flushed");
      put("milvus_datacoord_stored_rows_num", rowCount);
    }
  }

  private void queryCoord(QueryCoord coordinator) {
    long loaded =
        new Inventory(site, clock)
            .collections().stream()
                .filter(collection -> coordinator.loadState(collection.id()).isPresent())
                .count();
    put("milvus_querycoord_collection_num", loaded);
    put("milvus_querycoord_querynode_num", site.directory().queryNodes().size());
  }
}
