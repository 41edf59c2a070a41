package io.elanus.api.milvus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;

/** GetMetrics of milvus.proto: JSON in, JSON out, in the form that Attu and the SDKs read. */
final class SystemMetrics {
  private final ServerInfo server;

  SystemMetrics(ServerInfo server) {
    this.server = server;
  }

  /**
   * @param request JSON text with {@code metric_type}
   */
  String answer(String request) {
    ObjectMapper mapper = Values.Json.MAPPER;
    String type;
    try {
      JsonNode parsed = mapper.readTree(request);
      type = parsed.path("metric_type").asText("");
    } catch (JsonProcessingException e) {
      throw ElanusException.invalid("request of GetMetrics is not JSON: " + request);
    }
    if (!type.equals("system_info")) {
      throw new ElanusException(ErrorCode.METRIC_NOT_FOUND).with("metric", type);
    }
    return systemInfo(mapper).toString();
  }

  private ObjectNode systemInfo(ObjectMapper mapper) {
    ObjectNode root = mapper.createObjectNode();
    ArrayNode nodes = root.putArray("nodes_info");
    ObjectNode node = nodes.addObject();
    node.put("identifier", server.nodeId());
    node.putArray("connected");
    ObjectNode infos = node.putObject("infos");
    infos.put("has_error", false);
    infos.put("error_reason", "");
    infos.put("name", "proxy" + server.nodeId());
    infos.put("type", "proxy");
    infos.put("id", server.nodeId());
    infos.put("created_time", server.buildTime());
    infos.put("updated_time", server.buildTime());
    hardware(infos.putObject("hardware_infos"));
    ObjectNode system = infos.putObject("system_info");
    system.put("system_version", server.version());
    system.put("deploy_mode", server.deployMode());
    system.put("build_version", server.version());
    system.put("build_time", server.buildTime());
    system.put("used_go_version", "");
    infos.putObject("system_configurations");
    return root;
  }

  private static void hardware(ObjectNode hardware) {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    hardware.put("ip", "");
    hardware.put("cpu_core_count", Runtime.getRuntime().availableProcessors());
    hardware.put(
        "cpu_core_usage",
        Math.max(0, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    hardware.put("memory", heap.getMax());
    hardware.put("memory_usage", heap.getUsed());
    hardware.put("disk", 0);
    hardware.put("disk_usage", 0);
  }
}
