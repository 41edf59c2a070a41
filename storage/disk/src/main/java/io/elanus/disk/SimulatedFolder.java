package io.elanus.disk;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** A folder of a {@link SimulatedDisk}: the names there are, and the names that are durable. */
final class SimulatedFolder implements SimulatedNode {
  private final TreeMap<String, SimulatedNode> names = new TreeMap<>();
  private final TreeMap<String, SimulatedNode> durableNames = new TreeMap<>();

  TreeMap<String, SimulatedNode> names() {
    return names;
  }

  void force() {
    durableNames.clear();
    durableNames.putAll(names);
  }

  void losePower(Random random, int unitBytes) {
    if (!names.equals(durableNames) && random.nextBoolean()) {
      names.clear();
      names.putAll(durableNames);
    }
    force();
    for (SimulatedNode child : names.values()) {
      switch (child) {
        case SimulatedFolder folder -> folder.losePower(random, unitBytes);
        case SimulatedInode file -> file.losePower(random, unitBytes);
      }
    }
  }

  /** Bytes of all files below. */
  long usedBytes() {
    Set<SimulatedNode> children = new HashSet<>(names.values());
    return children.stream()
        .mapToLong(child ->
            switch (child) {
              case SimulatedFolder folder -> folder.usedBytes();
              case SimulatedInode file -> file.sizeBytes();
            })
        .sum();
  }
}
