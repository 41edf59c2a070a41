package io.elanus.expression;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Value;
import java.util.List;
import java.util.stream.Collectors;

/** A typed filter as one line, with every group in brackets. */
record FilterPrinter(CollectionSchema schema) {

  String print(Filter filter) {
    return switch (filter) {
      case Filter.Everything everything -> "everything";
      case Filter.Nothing nothing -> "nothing";
      case Filter.Compare f ->
          print(f.operand()) + " " + f.comparison().sign() + " " + print(f.value());
      case Filter.Range f ->
          print(f.operand())
              + " within "
              + (f.lowInclusive() ? "[" : "(")
              + print(f.low())
              + ", "
              + print(f.high())
              + (f.highInclusive() ? "]" : ")");
      case Filter.AnyOf f -> print(f.operand()) + " in " + print(f.terms().values());
      case Filter.CompareFields f ->
          print(f.left()) + " " + f.comparison().sign() + " " + print(f.right());
      case Filter.Arithmetic f ->
          "(%s %s %s) %s %s"
              .formatted(
                  print(f.operand()),
                  f.operator().sign(),
                  print(f.right()),
                  f.comparison().sign(),
                  print(f.value()));
      case Filter.Like f -> print(f.operand()) + " like " + f.pattern();
      case Filter.Regex f -> print(f.operand()) + " =~ " + f.pattern();
      case Filter.StartsWith f -> print(f.text()) + " starts with " + print(f.prefix());
      case Filter.IsNull f -> name(f.fieldId()) + " is null";
      case Filter.Exists f -> "exists " + print(f.path());
      case Filter.Contains f ->
          print(f.operand()) + " contains " + f.quantifier() + " " + print(f.values());
      case Filter.ArrayLength f ->
          "length " + print(f.operand()) + " " + f.comparison().sign() + " " + f.length();
      case Filter.Not f -> "not (" + print(f.operand()) + ")";
      case Filter.Definite f -> "definite (" + print(f.operand()) + ")";
      case Filter.All f -> group(f.operands(), " and ");
      case Filter.Any f -> group(f.operands(), " or ");
      case Filter.Sample f -> "sample " + f.fraction() + " of (" + print(f.filter()) + ")";
    };
  }

  private String group(List<Filter> filters, String word) {
    return filters.stream().map(this::print).collect(Collectors.joining(word, "(", ")"));
  }

  private String print(Operand operand) {
    return switch (operand) {
      case Operand.Field f -> name(f.fieldId());
      case Operand.Element f -> name(f.fieldId()) + "[" + f.index() + "]";
      case Operand.JsonPath f -> name(f.fieldId()) + "/" + String.join("/", f.keys());
    };
  }

  private static String print(List<Value> values) {
    return values.stream().map(FilterPrinter::print).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String print(Value value) {
    return switch (value) {
      case Value.Bool bool -> Boolean.toString(bool.value());
      case Value.Int integer -> Long.toString(integer.value());
      case Value.Real real -> Double.toString(real.value());
      case Value.Text text -> '"' + text.value() + '"';
      case Value.Many many -> print(many.values());
    };
  }

  private String name(long id) {
    return schema.field(id).orElseThrow().name();
  }
}
