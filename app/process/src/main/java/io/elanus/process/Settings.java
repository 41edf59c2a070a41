package io.elanus.process;

import io.elanus.schema.ElanusException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the process was told: a value for each {@link Setting}. Immutable; later sources win over
 * earlier ones.
 */
public final class Settings {
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

  /** The same for a setting at hand; a value that it cannot have is refused. */
  public Settings with(Setting setting, String value) {
    if (!setting.allowed().allows(value)) {
      throw refused(setting, value);
    }
    Settings more = new Settings(values);
    more.values.put(setting, value);
    return more;
  }

  public String text(Setting setting) {
    String value = values.get(setting);
    return value == null ? setting.defaultText() : value;
  }

  public Path path(Setting setting) {
    return Path.of(text(setting)).toAbsolutePath().normalize();
  }

  public int number(Setting setting) {
    return Math.toIntExact(quantity(setting));
  }

  public long bytes(Setting setting) {
    return quantity(setting);
  }

  public Duration duration(Setting setting) {
    return Duration.ofMillis(quantity(setting));
  }

  public boolean flag(Setting setting) {
    return Boolean.parseBoolean(text(setting));
  }

  /** One of the words that the setting allows, each the name of a constant. */
  public <E extends Enum<E>> E choice(Setting setting, Class<E> kind) {
    for (E constant : kind.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text(setting))) {
        return constant;
      }
    }
    throw refused(setting, text(setting));
  }

  private long quantity(Setting setting) {
    if (setting.allowed() instanceof Allowed.Quantity quantity) {
      return quantity.parse(text(setting)).orElseThrow(() -> refused(setting, text(setting)));
    }
    throw new IllegalArgumentException(setting + " is no quantity");
  }

  private static ElanusException refused(Setting setting, String value) {
    return ElanusException.invalid(
        "setting "
            + setting.key()
            + " cannot be \""
            + value
            + "\", allowed is "
            + setting.allowed().told()
            + " ("
            + setting.meaning()
            + ", default "
            + setting.defaultText()
            + ")");
  }
}
