package io.elanus.expression;

import io.elanus.schema.ElanusException;
import io.elanus.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives names and types to a {@link Syntax} and turns it into a {@link Filter}. */
final class Typing {
  private final Scope scope;
  private final Predicates predicates;
  private final Patterns patterns;
  private final Calls calls;

  private Typing(Scope scope) {
    this.scope = scope;
    this.predicates = new Predicates(this);
    this.patterns = new Patterns(this);
    this.calls = new Calls(this);
  }

  /**
   * @param text the whole filter, for messages
   * @throws FilterError when a name or a type does not fit
   */
  static Filter type(String text, Syntax syntax, Scope scope) {
    var typing = new Typing(scope);
    Optional<Filter> sample = typing.sample(syntax);
    if (sample.isPresent()) {
      return sample.get();
    }
    Typed typed = typing.type(syntax);
    Optional<Filter> filter = filter(typed);
    return filter.orElseThrow(() ->
        ElanusException.invalid(
            "predicate is not a boolean expression: "
                + FilterParser.shortened(text)
                + ", data type: "
                + typed.typeName()));
  }

  Scope scope() {
    return scope;
  }

  Typed type(Syntax syntax) {
    return switch (syntax) {
      case Syntax.Constant constant -> Typed.Constant.of(constant.value());
      case Syntax.Template template -> scope.template(template.name());
      case Syntax.Name name -> scope.name(name.name());
      case Syntax.Subscripted path -> scope.subscripted(path);
      case Syntax.StructField path -> throw scope.structField(path);
      case Syntax.ElementField element ->
          throw new FilterError(
              "$[x] syntax can only be used inside ElementFilter or MATCH_*, got: "
                  + element.text());
      case Syntax.ListOf list -> Typed.Constant.of(list(list));
      case Syntax.Prefix prefix -> prefix(prefix.sign(), type(prefix.operand()));
      case Syntax.Exists exists -> predicates.exists(type(exists.operand()));
      case Syntax.NullTest test -> predicates.nullTest(test);
      case Syntax.Arithmetic arithmetic ->
          Computations.arithmetic(
              arithmetic.operator(), type(arithmetic.left()), type(arithmetic.right()));
      case Syntax.Power power -> Computations.power(type(power.base()), type(power.exponent()));
      case Syntax.Relation relation when Calls.isTime(relation) -> throw Calls.noTime(relation);
      case Syntax.Relation relation ->
          predicates.compare(relation.comparison(), type(relation.left()), type(relation.right()));
      case Syntax.Between between -> predicates.between(between);
      case Syntax.Membership membership -> predicates.membership(membership);
      case Syntax.Like like -> patterns.like(like);
      case Syntax.Matching matching -> patterns.matching(matching);
      case Syntax.Chain chain -> chain(chain);
      case Syntax.Call call -> calls.call(call);
      case Syntax.Time time -> throw Calls.noTime(time);
    };
  }

  /** The filter that a part stands for, if it is boolean. */
  static Optional<Filter> filter(Typed typed) {
    return switch (typed) {
      case Typed.Predicate predicate -> Optional.of(predicate.filter());
      case Typed.Constant(Value.Bool bool, var template) ->
          Optional.of(bool.value() ? new Filter.Everything() : new Filter.Nothing());
      default -> Optional.empty();
    };
  }

  private Value list(Syntax.ListOf list) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < list.elements().size(); i++) {
      Syntax element = list.elements().get(i);
      if (element instanceof Syntax.Template
          || !(type(element) instanceof Typed.Constant constant)) {
        throw new FilterError(
            "value '" + list.texts().get(i) + "' in list cannot be a non-const expression");
      }
      values.add(constant.value());
    }
    return new Value.Many(values);
  }

  private static Typed prefix(Syntax.Sign sign, Typed operand) {
    return switch (sign) {
      case NOT -> not(operand);
      case COMPLEMENT -> throw new FilterError("unary operator ~ is not supported");
      case PLUS, MINUS -> {
        if (!(operand instanceof Typed.Constant constant)
            || !Constants.isNumber(constant.value())) {
          throw new FilterError("sign can only apply on constant numbers");
        }
        yield sign == Syntax.Sign.PLUS
            ? operand
            : Typed.Constant.of(Constants.negate(constant.value()));
      }
    };
  }

  private static Typed not(Typed operand) {
    return switch (operand) {
      case Typed.Predicate predicate -> new Typed.Predicate(negated(predicate.filter()));
      case Typed.Constant(Value.Bool bool, var template) ->
          Typed.Constant.of(new Value.Bool(!bool.value()));
      case Typed.Constant constant -> throw new FilterError("not can only apply on boolean");
      default -> throw new FilterError("not op can only be applied on boolean expression");
    };
  }

  static Filter negated(Filter filter) {
    return switch (filter) {
      case Filter.Everything everything -> new Filter.Nothing();
      case Filter.Nothing nothing -> new Filter.Everything();
      case Filter.Not not -> not.operand();
      default -> new Filter.Not(filter);
    };
  }

  /**
   * Constants short-circuit: {@code true or x} is true whatever x is, as long as its names and
   * types are right.
   */
  private Typed chain(Syntax.Chain chain) {
    String word = chain.conjunction() ? "and" : "or";
    List<Filter> filters = new ArrayList<>();
    boolean decided = false;
    for (Syntax operand : chain.operands()) {
      Typed typed = type(operand);
      if (typed instanceof Typed.Constant(Value.Bool bool, var template)) {
        decided |= bool.value() != chain.conjunction();
      } else if (typed instanceof Typed.Predicate predicate) {
        filters.add(predicate.filter());
      } else if (!decided) {
        throw new FilterError("'" + word + "' can only be used between boolean expressions");
      }
    }
    if (decided || filters.isEmpty()) {
      return Typed.Constant.of(new Value.Bool(decided != chain.conjunction()));
    }
    return new Typed.Predicate(Connectives.join(chain.conjunction(), filters));
  }

  /** A random sample, alone or at the end of the outermost conjunction. */
  private Optional<Filter> sample(Syntax syntax) {
    if (Calls.isSample(syntax)) {
      return Optional.of(new Filter.Sample(new Filter.Everything(), calls.fraction(syntax)));
    }
    if (!(syntax instanceof Syntax.Chain chain)
        || !chain.conjunction()
        || !Calls.isSample(chain.operands().getLast())) {
      return Optional.empty();
    }
    double fraction = calls.fraction(chain.operands().getLast());
    List<Syntax> others = chain.operands().subList(0, chain.operands().size() - 1);
    Filter filter = filter(chain(new Syntax.Chain(true, others))).orElseThrow();
    return Optional.of(new Filter.Sample(filter, fraction));
  }
}
