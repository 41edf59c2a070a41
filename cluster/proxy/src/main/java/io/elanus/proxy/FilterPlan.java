package io.elanus.proxy;

import io.elanus.expression.Filter;
import io.elanus.expression.FilterFacts;
import io.elanus.expression.FilterParser;
import io.elanus.expression.Operand;
import io.elanus.expression.Terms;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.Value;
import java.util.Map;

/** A filter's typed tree with what can be read off it. */
record FilterPlan(Filter filter, FilterFacts facts) {
  static final String QUERY = "failed to create query plan: ";
  static final String DELETE = "failed to create delete plan: ";

  /**
   * @param verb put before an error's text
   */
  static FilterPlan of(
      String verb, CollectionSchema schema, String text, Map<String, Value> templates) {
    try {
      Filter filter = FilterParser.parse(text, schema, templates);
      return new FilterPlan(filter, FilterFacts.of(filter, schema));
    } catch (ElanusException e) {
      ElanusException named = new ElanusException(e.code(), verb + e.leading(), e);
      e.variables().forEach(variable -> named.with(variable.name(), variable.value()));
      throw named;
    }
  }

  /** Rows with one of these primary keys. */
  static Filter keys(CollectionSchema schema, Keys keys) {
    FieldSchema key = schema.primaryKey();
    Terms terms =
        switch (keys) {
          case Keys.Longs longs -> Terms.ofLongs(longs.keys());
          case Keys.Texts texts -> Terms.ofTexts(texts.keys());
        };
    return new Filter.AnyOf(new Operand.Field(key.id(), key.type()), terms);
  }
}
