package io.elanus.process;

import io.elanus.schema.ElanusException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the process was told: a value for each {@link Setting}. Immutable; later sources win over
 * earlier ones.
 */
public final class Settings {
  private static final Pattern QUANTITY = Pattern.compile("(\\d+)\\s*([a-zA-Z]*)");

  private final Map<Setting, String> values;

  private Settings(Map<Setting, String> values) {
    this.values = new EnumMap<>(values);
  }

  public static Settings defaults() {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      values.put(setting, setting.defaultText());
    }
    return new Settings(values);
  }

  /** These settings with one more; an unknown key is refused with its name. */
  public Settings with(String key, String value) {
    Setting setting =
        Setting.ofKey(key)
            .orElseThrow(() ->
                ElanusException.invalid(
                    "there is no setting " + key + "; `elanus settings` lists all"));
    return with(setting, value);
  }

  public Settings with(Setting setting, String value) {
    Settings more = new Settings(values);
    more.values.put(setting, value);
    return more;
  }

  public String text(Setting setting) {
    String value = values.get(setting);
    return value == null ? setting.defaultText() : value;
  }

  public Path path(Setting setting) {
    if (text(setting).isBlank()) {
      throw refused(setting);
    }
    return Path.of(text(setting)).toAbsolutePath().normalize();
  }

  /** 0 to 65535. */
  public int port(Setting setting) {
    long port = quantity(setting, Map.of("", 1L));
    if (port > 65_535) {
      throw refused(setting);
    }
    return (int) port;
  }

  public int number(Setting setting) {
    return Math.toIntExact(quantity(setting, Map.of("", 1L)));
  }

  public long bytes(Setting setting) {
    return quantity(
        setting, Map.of("", 1L, "b", 1L, "kb", 1L << 10, "mb", 1L << 20, "gb", 1L << 30));
  }

  public Duration duration(Setting setting) {
    return Duration.ofMillis(
        quantity(
            setting,
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L)));
  }

  /** One of the words allowed, or a refusal that lists them. */
  /** True or false. */
  public boolean flag(Setting setting) {
    return switch (text(setting).toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refused(setting);
    };
  }

  public <E extends Enum<E>> E choice(Setting setting, Class<E> kind) {
    for (E constant : kind.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text(setting))) {
        return constant;
      }
    }
    throw refused(setting);
  }

  private long quantity(Setting setting, Map<String, Long> units) {
    Matcher matcher = QUANTITY.matcher(text(setting).trim());
    Long unit = matcher.matches() ? units.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
    if (unit == null) {
      throw refused(setting);
    }
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
  }

  private ElanusException refused(Setting setting) {
    return ElanusException.invalid(
        "setting "
            + setting.key()
            + " cannot be \""
            + text(setting)
            + "\" ("
            + setting.meaning()
            + ", default "
            + setting.defaultText()
            + ")");
  }
}
