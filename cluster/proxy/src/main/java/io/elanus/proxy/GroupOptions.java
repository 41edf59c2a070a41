package io.elanus.proxy;

import io.elanus.roles.Reads;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The grouping of a search (Milvus documentation, "Grouping Search"). */
final class GroupOptions {
  /** As clients write a list, or with commas. */
  private static final Pattern SEVERAL =
      Pattern.compile("\\[.*|[$A-Za-z0-9_]+(?:\\s*,\\s*[$A-Za-z0-9_]+)+", Pattern.DOTALL);

  private static final Pattern SUBSCRIPTS =
      Pattern.compile("([$A-Za-z_][A-Za-z0-9_]*)((?:\\[(?:\"[^\"]+\"|'[^']+'|[0-9]+)\\])+)");
  private static final Pattern SUBSCRIPT =
      Pattern.compile("\\[(?:\"([^\"]+)\"|'([^']+)'|([0-9]+))\\]");

  private GroupOptions() {}

  static Optional<Reads.GroupBy> of(
      SearchOptions options, CollectionSchema schema, ProxyConfig config) {
    Optional<String> name = options.text("group_by_field");
    Optional<String> names = options.text("group_by_fields");
    if (names.isPresent()) {
      if (name.isPresent() || names.get().contains(",")) {
        throw several(names.get());
      }
      name = names;
    }
    if (name.isEmpty()) {
      return Optional.empty();
    }
    if (SEVERAL.matcher(name.get().strip()).matches()) {
      throw several(name.get());
    }
    options.refuse("json_type", "grouping with a cast of json values");
    if (options.flag("strict_cast")) {
      throw ElanusException.invalid(
          "grouping with a cast of json values is not supported yet: strict_cast");
    }
    int size = size(options, config.maxGroupSize());
    return Optional.of(
        target(schema, name.get().strip(), options, size, options.flag("strict_group_size")));
  }

  private static ElanusException several(String named) {
    return ElanusException.invalid(
        "grouping by several fields is not supported yet, one is: group_by_field = " + named);
  }

  private static int size(SearchOptions options, int max) {
    long size = options.wholeNumber("group_size", "group_size").orElse(1L);
    if (size <= 0) {
      throw ElanusException.invalid(
          "input group size:%d is negative, failed to do search_groupby".formatted(size));
    }
    if (size > max) {
      throw ElanusException.invalid(
          "input group size:%d exceeds configured max group size:%d".formatted(size, max));
    }
    return (int) size;
  }

  private static Reads.GroupBy target(
      CollectionSchema schema, String name, SearchOptions options, int size, boolean strict) {
    Optional<FieldSchema> field = schema.field(name);
    List<String> path = new ArrayList<>();
    if (field.isEmpty()) {
      Matcher matcher = SUBSCRIPTS.matcher(name);
      if (matcher.matches()) {
        field = schema.field(matcher.group(1)).filter(found -> found.type() == DataType.JSON);
        if (field.isEmpty()) {
          path.add(matcher.group(1));
        }
        Matcher keys = SUBSCRIPT.matcher(matcher.group(2));
        while (keys.find()) {
          path.add(
              keys.group(1) != null
                  ? keys.group(1)
                  : keys.group(2) != null ? keys.group(2) : keys.group(3));
        }
      } else if (NameChecks.isIdentifier(name)) {
        path.add(name);
      }
      if (field.isEmpty() && !path.isEmpty()) {
        field = schema.dynamicField();
      }
    }
    options
        .text("json_path")
        .ifPresent(pointer -> {
          for (String key : pointer.split("/", -1)) {
            if (!key.isEmpty()) {
              path.add(key.replace("~1", "/").replace("~0", "~"));
            }
          }
        });
    FieldSchema found =
        field.orElseThrow(() ->
            new ElanusException(ErrorCode.FIELD_NOT_FOUND, "groupBy field not found in schema")
                .with("field", name));
    checkType(found, path);
    return new Reads.GroupBy(found.id(), path, size, strict);
  }

  private static void checkType(FieldSchema field, List<String> path) {
    boolean groupable =
        switch (field.type()) {
          case BOOL, INT8, INT16, INT32, INT64, VARCHAR -> path.isEmpty();
          case JSON -> !path.isEmpty();
          default -> false;
        };
    if (!groupable) {
      throw new ElanusException(
          ErrorCode.SEGMENT_ENGINE,
          "unsupported data type %s for group by operator".formatted(field.type().wireName()));
    }
  }
}
