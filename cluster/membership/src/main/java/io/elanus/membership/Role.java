package io.elanus.membership;

import io.elanus.schema.ElanusException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a process of a cluster may run. The names are part of what is registered. */
public enum Role {
  PROXY,
  ROOTCOORD,
  DATACOORD,
  QUERYCOORD,
  INDEXCOORD,
  STREAMINGNODE,
  QUERYNODE,
  DATANODE,
  INDEXNODE;

  /** The roles of which one process at a time holds the seat. */
  public static final Set<Role> COORDINATORS = Set.of(ROOTCOORD, DATACOORD, QUERYCOORD, INDEXCOORD);

  /** All coordinators, in one word. */
  private static final String MIXCOORD = "mixcoord";

  public boolean coordinates() {
    return COORDINATORS.contains(this);
  }

  /** As people write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Roles from words between commas, such as {@code proxy,mixcoord}.
   *
   * @throws ElanusException INVALID_PARAMETER with the word that is no role, or for none at all
   */
  public static Set<Role> parse(String words) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String word : words.split(",", -1)) {
      roles.addAll(of(word.strip().toLowerCase(Locale.ROOT)));
    }
    return roles;
  }

  private static Set<Role> of(String word) {
    if (word.equals(MIXCOORD)) {
      return COORDINATORS;
    }
    return Arrays.stream(values())
        .filter(role -> role.word().equals(word))
        .findFirst()
        .map(Set::of)
        .orElseThrow(
            () -> ElanusException.invalid("there is no role " + word + "; there are " + words()));
  }

  private static String words() {
    return Arrays.stream(values()).map(Role::word).collect(Collectors.joining(", "))
        + ", and mixcoord for the four coordinators";
  }
}
