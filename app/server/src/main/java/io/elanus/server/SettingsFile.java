package io.elanus.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.elanus.process.Settings;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings from YAML: nested keys or dotted ones, {@code grpc: {port: 19530}} like {@code
 * grpc.port: 19530}. In values {@code ${NAME}} stands for that variable of the environment, so that
 * secrets need not be in a file.
 */
public final class SettingsFile {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  private final UnaryOperator<@Nullable String> environment;

  private SettingsFile(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  /** {@code base} with the settings of a file over it. */
  public static Settings read(Path file, Settings base) {
    return read(file, base, System::getenv);
  }

  /**
   * As {@link #read(Path, Settings)}.
   *
   * @param environment the value of a variable; null when it is not set, which is refused
   */
  static Settings read(Path file, Settings base, UnaryOperator<@Nullable String> environment) {
    try {
      JsonNode tree = new YAMLMapper().readTree(file.toFile());
      return tree == null || tree.isMissingNode() || tree.isNull()
          ? base
          : new SettingsFile(environment).add("", tree, base);
    } catch (IOException unreadable) {
      throw new ElanusException(
          ErrorCode.INVALID_PARAMETER,
          "configuration " + file + " cannot be read, " + unreadable.getMessage(),
          unreadable);
    }
  }

  private Settings add(String prefix, JsonNode node, Settings settings) {
    if (!node.isObject()) {
      return settings.with(prefix, filled(prefix, node.asText()));
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

  private String filled(String key, String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(variable -> {
          String value = environment.apply(variable.group(1));
          if (value == null) {
            throw new ElanusException(
                ErrorCode.INVALID_PARAMETER,
                "setting "
                    + key
                    + " names the environment variable "
                    + variable.group(1)
                    + ", which is not set");
          }
          return Matcher.quoteReplacement(value);
        });
  }
}
