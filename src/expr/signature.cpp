// Two kinds of functions: those with overloads of fixed types, kept as a table, and those that look
// at their arguments themselves.
#include "expr/signature.h"

#include <fmt/format.h>

namespace backout::expr {
namespace {

using K = Type::Kind;

struct Overloads {
  std::string_view name;
  std::string_view parameters;  // as in `takes`, alternatives separated by `|`
  char result;                  // the same letters; b boolean, z zone
  bool old = true, recent = true;
};

constexpr Overloads table[] = {
    {"type", "a", 's'},
    {"string", "a", 's'},
    {"trim", "s|ss", 's'},
    {"trimPrefix", "ss|s", 's'},
    {"trimSuffix", "ss|s", 's'},
    {"upper", "s", 's'},
    {"lower", "s", 's'},
    {"split", "ss|ssi", 'S'},
    {"splitAfter", "ss|ssi", 'S'},
    {"replace", "sssi|sss", 's'},
    {"repeat", "si", 's'},
    {"join", "Ss|As|A|S", 's'},
    {"indexOf", "ss", 'i'},
    {"lastIndexOf", "ss", 'i'},
    {"hasPrefix", "ss", 'b'},
    {"hasSuffix", "ss", 'b'},
    {"toJSON", "a", 's'},
    {"fromJSON", "s", 'a'},
    {"toBase64", "s", 's'},
    {"fromBase64", "s", 's'},
    {"now", "", 't', true, false},
    {"duration", "s", 'd'},
    {"date", "s|ss|sss", 't', true, false},
    {"timezone", "s", 'z'},
    {"sort", "As|Is|Fs|Ss|A|F|S|I", 'A', false, true},
    {"bitand", "ii", 'i'},
    {"bitor", "ii", 'i'},
    {"bitxor", "ii", 'i'},
    {"bitnand", "ii", 'i'},
    {"bitshl", "ii", 'i'},
    {"bitshr", "ii", 'i'},
    {"bitushr", "ii", 'i'},
    {"bitnot", "i", 'i'},
};

constexpr Type integer_type{.kind = K::integer};
constexpr Type number_type{.kind = K::number};
constexpr Type text_type{.kind = K::text};

Type type_for(char letter) {
  switch (letter) {
    case 's':
      return text_type;
    case 'i':
      return integer_type;
    case 'f':
      return number_type;
    case 'b':
      return {.kind = K::boolean};
    case 't':
      return {.kind = K::time};
    case 'd':
      return {.kind = K::duration};
    case 'z':
      return {.kind = K::zone};
    case 'S':
      return {.kind = K::list, .element = &text_type};
    case 'A':
      return {.kind = K::list};
    case 'F':
      return {.kind = K::list, .element = &number_type};
    case 'I':
      return {.kind = K::list, .element = &integer_type};
    default:
      return {};
  }
}

tl::unexpected<std::string> wrong(std::string message) {
  return tl::unexpected(std::move(message));
}

tl::unexpected<std::string> wrong_argument(std::string_view name, const Type& argument) {
  return wrong(fmt::format("`{}` cannot be given {}", name, describe(argument)));
}

tl::expected<Type, std::string> overloaded(const Overloads& overloads,
                                           std::span<const Type> arguments, Engine engine) {
  std::string problem;
  std::string_view rest = overloads.parameters;
  for (;;) {
    const std::string_view parameters = rest.substr(0, rest.find('|'));
    bool fits = parameters.size() == arguments.size();
    if (!fits)
      problem = fmt::format("`{}` is given {} arguments", overloads.name,
                            arguments.size() > parameters.size() ? "too many" : "not enough");
    for (std::size_t i = 0; fits && i < parameters.size(); ++i) {
      if (takes(parameters[i], arguments[i], engine)) continue;
      fits = false;
      problem = fmt::format("`{}` needs {}, not {}", overloads.name, parameter_words(parameters[i]),
                            describe(arguments[i]));
    }
    if (fits) return type_for(overloads.result);
    if (parameters.size() == rest.size()) return wrong(problem);
    rest.remove_prefix(parameters.size() + 1);
  }
}

// By Go's kind: durations and months pass here in both engines.
bool is_go_number(const Type& type) { return is_number(type, Engine::expr_1_15); }
bool is_any(const Type& type) { return type.kind == K::any; }
bool is_map(const Type& type) { return type.kind == K::object && !is_struct(type.shape); }

std::string count_problem(std::string_view name, std::size_t wanted) {
  return fmt::format("`{}` needs {} {}", name, wanted, wanted == 1 ? "argument" : "arguments");
}

// Go's type of the elements: 1.17 knows more of some lists than Go does.
Type go_element(const Type& type) { return type.loose ? Type{} : element_of(type); }

tl::expected<Type, std::string> aggregate(std::string_view name, std::span<const Type> arguments,
                                          Engine engine) {
  if (arguments.empty()) return wrong(fmt::format("`{}` is given not enough arguments", name));
  for (const Type& argument : arguments) {
    if (is_any(argument) || (modern(engine) && is_list(argument))) return Type{};
    if (!is_go_number(argument)) return wrong_argument(name, argument);
  }
  return arguments[0];
}

}  // namespace

bool takes(char parameter, const Type& argument, Engine engine) {
  if (argument.kind == K::any) return true;
  if (argument.kind == K::nil) return !modern(engine) || parameter == 'a';
  if (parameter == 'f' && is_integer(argument, engine)) return true;
  if (parameter == 'i' && is_integer(argument, engine)) return true;
  const Type wanted = type_for(parameter);
  if (assignable(argument, wanted)) return true;
  return modern(engine) && argument.kind == K::text_pointer && parameter == 's';
}

std::string_view parameter_words(char parameter) {
  switch (parameter) {
    case 's':
      return "a text";
    case 'i':
      return "an integer";
    case 'f':
      return "a number";
    case 't':
      return "a time";
    case 'd':
      return "a duration";
    case 'S':
      return "a list of texts";
    case 'F':
      return "a list of numbers";
    case 'I':
      return "a list of integers";
    case 'A':
      return "a list";
    default:
      return "a value";
  }
}

tl::expected<Type, std::string> call_type(std::string_view name, std::span<const Type> arguments,
                                          Engine engine) {
  for (const Overloads& overloads : table)
    if (overloads.name == name && (modern(engine) ? overloads.recent : overloads.old))
      return overloaded(overloads, arguments, engine);

  if (name == "max" || name == "min") return aggregate(name, arguments, engine);
  if (modern(engine) && (name == "mean" || name == "median"))
    return aggregate(name, arguments, engine);
  if (name == "concat") {
    if (arguments.empty()) return wrong(fmt::format("`{}` is given not enough arguments", name));
    for (const Type& argument : arguments)
      if (!is_any(argument) && !is_list(argument)) return wrong_argument(name, argument);
    return type_for('A');
  }
  if (name == "now") {
    if (arguments.size() > 1 || (arguments.size() == 1 && arguments[0].kind != K::zone))
      return wrong("`now` needs no arguments");
    return type_for('t');
  }
  if (name == "date") {
    const bool zone = !arguments.empty() && arguments[0].kind == K::zone;
    if (arguments.empty() || arguments.size() > (zone ? 4 : 3))
      return wrong("`date` needs one to three arguments");
    return type_for('t');
  }
  if (name == "sort" || name == "sortBy") {  // of 1.15
    const std::size_t least = name == "sort" ? 1 : 2;
    if (arguments.size() < least || arguments.size() > least + 1)
      return wrong(count_problem(name, least));
    if (!is_any(arguments[0]) && !is_list(arguments[0])) return wrong_argument(name, arguments[0]);
    for (const Type& argument : arguments.subspan(1))
      if (!is_any(argument) && !is_text(argument)) return wrong_argument(name, argument);
    return type_for('A');
  }
  if (name == "take") {
    if (arguments.size() != 2) return wrong(count_problem(name, 2));
    if (!is_any(arguments[0]) && !is_list(arguments[0])) return wrong_argument(name, arguments[0]);
    const bool count = is_any(arguments[1]) || (arguments[1].kind != K::byte &&
                                                is_integer(arguments[1], Engine::expr_1_15));
    if (!count) return wrong_argument(name, arguments[1]);
    return arguments[0];
  }

  if (arguments.size() != 1) return wrong(count_problem(name, 1));
  const Type& argument = arguments[0];
  if (name == "len") {
    if (!is_any(argument) && !is_list(argument) && !is_map(argument) && !is_text(argument))
      return wrong_argument(name, argument);
    return integer_type;
  }
  if (name == "abs" || name == "ceil" || name == "floor" || name == "round") {
    if (!is_any(argument) && !is_go_number(argument)) return wrong_argument(name, argument);
    return name == "abs" ? argument : number_type;
  }
  if (name == "int" || name == "float") {
    if (!is_any(argument) && !is_go_number(argument) && !is_text(argument))
      return wrong_argument(name, argument);
    return name == "int" ? integer_type : number_type;
  }
  if (name == "keys" || name == "values" || name == "toPairs") {
    if (!is_any(argument) && !is_map(argument)) return wrong_argument(name, argument);
    return type_for('A');
  }
  // The rest takes lists.
  if (!is_any(argument) && !is_list(argument)) return wrong_argument(name, argument);
  if (name == "first" || name == "last") return go_element(argument);
  if (name == "mean" || name == "median") return number_type;
  if (name == "fromPairs") return Type{.kind = K::object, .shape = Shape::any};
  if (name == "reverse" || name == "uniq" || name == "flatten") return type_for('A');
  return Type{};  // sum of 1.15
}

}  // namespace backout::expr
