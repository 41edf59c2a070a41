package io.elanus.cluster;

import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.schema.ElanusException;
import java.util.Map;
import java.util.TreeMap;

/** What an operator calls a node, for resource groups to choose by. */
final class Labels {
  private Labels() {}

  /** INVALID_PARAMETER when one is not of the form {@code name=value}. */
  static Map<String, String> of(Settings settings) {
    Map<String, String> labels = new TreeMap<>();
    for (String label : settings.text(Setting.NODE_LABELS).split(",")) {
      int equals = label.indexOf('=');
      if (!label.isBlank() && equals < 1) {
        throw ElanusException.invalid(
            Setting.NODE_LABELS.key() + " wants name=value, between commas, not \"" + label + "\"");
      }
      if (!label.isBlank()) {
        labels.put(label.substring(0, equals).strip(), label.substring(equals + 1).strip());
      }
    }
    return labels;
  }
}
