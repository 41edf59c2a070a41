package io.elanus.coordinator.index;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.IndexCoord.Definition;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which definitions may stand beside each other, as in Milvus. A JSON field may have one index for
 * each path, any other field one.
 */
final class DefinitionRules {
  private DefinitionRules() {}

  static Decision<IndexEntry, Boolean> create(IndexState state, Definition wanted) {
    for (Definition existing : state.definitions(wanted.collectionId())) {
      if (existing.name().equals(wanted.name())) {
        if (same(existing, wanted)) {
          return Decision.answer(false);
        }
        throw ElanusException.invalid("at most one distinct index is allowed per field");
      }
      if (existing.fieldId() == wanted.fieldId() && existing.jsonPath().equals(wanted.jsonPath())) {
        throw ElanusException.invalid(
            "CreateIndex failed: creating multiple indexes on same field is not supported");
      }
    }
    return put(wanted);
  }

  /** Properties that may be altered do not make an index another one. */
  private static boolean same(Definition existing, Definition wanted) {
    return existing.fieldId() == wanted.fieldId()
        && existing.jsonPath().equals(wanted.jsonPath())
        && fixed(existing.parameters()).equals(fixed(wanted.parameters()));
  }

  private static Map<String, String> fixed(Map<String, String> parameters) {
    Map<String, String> fixed = new HashMap<>(parameters);
    fixed.keySet().removeIf(DefinitionRules::alterable);
    return fixed;
  }

  private static boolean alterable(String key) {
    return key.equals("mmap.enabled")
        || key.equals("indexoffsetcache.enabled")
        || key.equals("warmup")
        || key.startsWith("warmup.");
  }

  static Decision<IndexEntry, Boolean> alter(
      IndexState state,
      long collectionId,
      long indexId,
      Map<String, String> set,
      List<String> delete) {
    Definition definition = existing(state, collectionId, indexId);
    if (!set.isEmpty() && !delete.isEmpty()) {
      throw ElanusException.invalid("cannot provide both DeleteKeys and ExtraParams");
    }
    set.forEach(DefinitionRules::checkAlterable);
    delete.forEach(key -> checkAlterable(key, "true"));
    Map<String, String> parameters = new HashMap<>(definition.parameters());
    parameters.putAll(set);
    delete.forEach(parameters::remove);
    return put(
        new Definition(
            definition.id(),
            collectionId,
            definition.fieldId(),
            definition.name(),
            definition.jsonPath(),
            parameters,
            definition.createdTimestamp()));
  }

  private static void checkAlterable(String key, String value) {
    if (!alterable(key)) {
      throw ElanusException.invalid(key + " is not a configable index property");
    }
    boolean flag = value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
    if (key.equals("mmap.enabled") && !flag) {
      throw ElanusException.invalid(
          "invalid mmap.enabled value: " + value + ", expected: true, false");
    }
  }

  static Definition existing(IndexState state, long collectionId, long indexId) {
    Optional<Definition> definition = state.definition(collectionId, indexId);
    return definition.orElseThrow(() ->
        new ElanusException(ErrorCode.INDEX_NOT_FOUND)
            .with("collection", collectionId)
            .with("index", indexId));
  }

  private static Decision<IndexEntry, Boolean> put(Definition definition) {
    return new Decision<>(true, List.of(Change.put(new IndexEntry.Defined(definition))));
  }
}
