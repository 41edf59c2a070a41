package io.elanus.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.elanus.process.Settings;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads settings from YAML: nested keys or dotted ones, {@code grpc: {port: 19530}} like {@code
 * grpc.port: 19530}.
 */
public final class SettingsFile {
  private SettingsFile() {}

  /** {@code base} with the settings of a file over it. */
  public static Settings read(Path file, Settings base) {
    try {
      JsonNode tree = new YAMLMapper().readTree(file.toFile());
      return tree == null || tree.isMissingNode() || tree.isNull() ? base : add("", tree, base);
    } catch (IOException unreadable) {
      throw new ElanusException(
          ErrorCode.INVALID_PARAMETER,
          "configuration " + file + " cannot be read, " + unreadable.getMessage(),
          unreadable);
    }
  }

  private static Settings add(String prefix, JsonNode node, Settings settings) {
    if (!node.isObject()) {
      return settings.with(prefix, node.asText());
    }
    Settings more = settings;
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      more =
          add(
              prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey(),
              entry.getValue(),
              more);
    }
    return more;
  }
}
