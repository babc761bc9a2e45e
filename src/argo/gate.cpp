#include "argo/gate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "promql/regex.h"
#include "yaml/value.h"

namespace backout::argo {
namespace {

constexpr std::array providers = {
    std::pair{std::string_view("prometheus"), Provider::prometheus},
    std::pair{std::string_view("datadog"), Provider::datadog},
    std::pair{std::string_view("newRelic"), Provider::new_relic},
    std::pair{std::string_view("wavefront"), Provider::wavefront},
    std::pair{std::string_view("cloudWatch"), Provider::cloud_watch},
    std::pair{std::string_view("web"), Provider::web},
    std::pair{std::string_view("graphite"), Provider::graphite},
    std::pair{std::string_view("influxdb"), Provider::influxdb},
    std::pair{std::string_view("skywalking"), Provider::skywalking},
    std::pair{std::string_view("kayenta"), Provider::kayenta},
    std::pair{std::string_view("job"), Provider::job},
    std::pair{std::string_view("plugin"), Provider::plugin},
};

// Templates may name templates; the controller has no bound, and a cycle recurses without end.
constexpr std::size_t deepest_nesting = 32;

std::string_view string_or_empty(const yaml::Node* node) {
  return node ? yaml::as_string(*node).value_or("") : std::string_view();
}

std::vector<Argument> read_arguments(const yaml::Node* list) {
  std::vector<Argument> out;
  if (!list) return out;
  for (const yaml::Node& item : list->items) {
    Argument argument;
    argument.name = string_or_empty(item.find("name"));
    argument.node = &item;
    argument.has_source = item.find("valueFrom") != nullptr;
    if (const yaml::Node* value = item.find("value"))
      if (const auto text = yaml::as_string(*value)) argument.value = *text;
    out.push_back(std::move(argument));
  }
  return out;
}

std::vector<TemplateRef> read_refs(const yaml::Node* list) {
  std::vector<TemplateRef> out;
  if (!list) return out;
  for (const yaml::Node& item : list->items) {
    const yaml::Node* cluster = item.find("clusterScope");
    out.push_back({string_or_empty(item.find("templateName")),
                   cluster && yaml::as_bool(*cluster).value_or(false), &item});
  }
  return out;
}

Argument* find_argument(std::vector<Argument>& arguments, std::string_view name) {
  const auto found = std::find_if(arguments.begin(), arguments.end(),
                                  [&](const Argument& one) { return one.name == name; });
  return found == arguments.end() ? nullptr : &*found;
}

// An IntOrString limit: a string that is no integer is 0, as Atoi's error is dropped.
struct Number {
  int value = 0;
  bool given = false, known = true;
};
Number read_number(const yaml::Node* node, const std::vector<Argument>& arguments) {
  if (!node || node->kind == yaml::Kind::null) return {};
  Number out;
  out.given = true;
  if (const auto value = yaml::as_int(*node)) {
    out.value = static_cast<int>(std::clamp<std::int64_t>(*value, -1'000'000'000, 1'000'000'000));
    return out;
  }
  const Text text = put_arguments(*node, arguments);
  out.known = text.known;
  std::string_view digits = text.value;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc() && end == digits.data() + digits.size()) out.value = value;
  return out;
}

std::optional<Seconds> read_duration(const yaml::Node* node, const std::vector<Argument>& arguments,
                                     bool& known) {
  if (!node || node->kind != yaml::Kind::scalar) return std::nullopt;
  const Text text = put_arguments(*node, arguments);
  known = known && text.known;
  return parse_duration(text.value);
}

// Where a provider keeps its one query.
const yaml::Node* query_node(const yaml::Node& provider) {
  for (const char* name :
       {"prometheus", "datadog", "newRelic", "wavefront", "graphite", "influxdb", "skywalking"})
    if (const yaml::Node* one = provider.find(name)) return one->find("query");
  return nullptr;
}

Provider read_provider(const yaml::Node* node) {
  if (!node) return Provider::none;
  Provider out = Provider::none;
  for (const auto& [name, provider] : providers) {
    if (!node->find(name)) continue;
    if (out != Provider::none) return Provider::several;
    out = provider;
  }
  return out;
}

Metric read_metric(const yaml::Node& node, const yaml::Node& document,
                   const std::vector<Argument>& arguments) {
  Metric out;
  out.node = &node;
  out.source = &document;
  out.name = string_or_empty(node.find("name"));
  out.interval = read_duration(node.find("interval"), arguments, out.known);
  out.initial_delay = read_duration(node.find("initialDelay"), arguments, out.known).value_or(0);
  const auto limit = [&](const char* key, int fallback) {
    const Number number = read_number(node.find(key), arguments);
    out.known = out.known && number.known;
    return number.given ? number.value : fallback;
  };
  out.count = limit("count", 0);
  if (out.count == 0 && !out.interval) out.count = 1;
  out.failure_limit = limit("failureLimit", 0);
  out.inconclusive_limit = limit("inconclusiveLimit", 0);
  out.error_limit = limit("consecutiveErrorLimit", 4);
  out.success_limit = limit("consecutiveSuccessLimit", 0);
  const auto text = [&](const yaml::Node* scalar) {
    return scalar ? put_arguments(*scalar, arguments) : Text{};
  };
  out.success = text(node.find("successCondition"));
  out.failure = text(node.find("failureCondition"));
  const yaml::Node* provider = node.find("provider");
  out.provider = read_provider(provider);
  if (provider) out.query = text(query_node(*provider));
  return out;
}

// Collects a gate's templates, each once, then its arguments and metrics.
class Builder {
 public:
  Builder(Gate& gate, const FindTemplate& find) : gate_(gate), find_(find) {}

  void add(const std::vector<TemplateRef>& refs) {
    for (const TemplateRef& ref : refs) {
      const yaml::Node* found = find_(ref.name, ref.cluster);
      if (!found)
        gate_.missing.push_back(ref);
      else
        add(*found, ref);
    }
  }
  void add(const yaml::Node& document, const TemplateRef& ref) {
    if (std::find(path_.begin(), path_.end(), &document) != path_.end() ||
        path_.size() >= deepest_nesting) {
      gate_.cycle.push_back(ref);
      return;
    }
    auto& all = gate_.templates;
    if (std::find(all.begin(), all.end(), &document) != all.end()) return;
    all.push_back(&document);
    path_.push_back(&document);
    add(read_refs(document.find({"spec", "templates"})));
    path_.pop_back();
  }

  // `given`: what the analysis itself supplies.
  void finish(const std::vector<Argument>& given) {
    for (const yaml::Node* document : gate_.templates)
      for (Argument& argument : read_arguments(document->find({"spec", "args"})))
        if (!find_argument(gate_.arguments, argument.name))
          gate_.arguments.push_back(std::move(argument));
    for (const Argument& argument : given) {
      Argument* declared = find_argument(gate_.arguments, argument.name);
      if (!declared) continue;  // dropped, as the controller does
      declared->value = argument.value;
      declared->has_source = argument.has_source;
      if (!argument.value && !argument.has_source) declared->value = "";
    }
    for (const yaml::Node* document : gate_.templates)
      if (const yaml::Node* metrics = document->find({"spec", "metrics"}))
        for (const yaml::Node& metric : metrics->items)
          gate_.metrics.push_back(read_metric(metric, *document, gate_.arguments));
    mark_dry_runs(gate_.node);
    for (const yaml::Node* document : gate_.templates) mark_dry_runs(document->find("spec"));
  }

 private:
  void mark_dry_runs(const yaml::Node* holder) {
    const yaml::Node* list = holder ? holder->find("dryRun") : nullptr;
    if (!list) return;
    for (const yaml::Node& item : list->items) {
      const yaml::Node* pattern = item.find("metricName");
      if (!pattern) continue;
      const Text text = put_arguments(*pattern, gate_.arguments);
      const promql::Regex regex("(?s).*(?:" + text.value +
                                ").*");  // Go's patterns are not anchored
      for (Metric& metric : gate_.metrics)
        metric.dry_run = metric.dry_run || regex.matches(metric.name);
    }
  }

  Gate& gate_;
  const FindTemplate& find_;
  std::vector<const yaml::Node*> path_;
};

Gate build(Gate::Kind kind, std::size_t step, const yaml::Node& node, const FindTemplate& find) {
  Gate gate;
  gate.kind = kind;
  gate.step = step;
  gate.node = &node;
  gate.refs = read_refs(node.find("templates"));
  Builder builder(gate, find);
  builder.add(gate.refs);
  builder.finish(read_arguments(node.find("args")));
  return gate;
}

// Each analysis of an experiment names one template.
void add_experiment(const yaml::Node& experiment, std::size_t step, const FindTemplate& find,
                    std::vector<Gate>& out) {
  const yaml::Node* analyses = experiment.find("analyses");
  if (!analyses) return;
  for (const yaml::Node& analysis : analyses->items) {
    Gate gate;
    gate.kind = Gate::Kind::experiment;
    gate.step = step;
    gate.node = &analysis;
    const yaml::Node* cluster = analysis.find("clusterScope");
    const yaml::Node* required = analysis.find("requiredForCompletion");
    gate.required = required && yaml::as_bool(*required).value_or(false);
    gate.refs = {{string_or_empty(analysis.find("templateName")),
                  cluster && yaml::as_bool(*cluster).value_or(false), &analysis}};
    Builder builder(gate, find);
    builder.add(gate.refs);
    builder.finish(read_arguments(analysis.find("args")));
    out.push_back(std::move(gate));
  }
}

}  // namespace

std::string_view to_string(Provider provider) {
  for (const auto& [name, known] : providers)
    if (known == provider) return name;
  return provider == Provider::none ? "none" : "several";
}

Text put_arguments(const yaml::Node& scalar, const std::vector<Argument>& arguments) {
  Text out;
  out.node = &scalar;
  std::string_view rest = scalar.text;
  while (true) {
    const std::size_t open = rest.find("{{");
    const std::size_t close = open == std::string_view::npos ? open : rest.find("}}", open);
    if (close == std::string_view::npos) break;
    std::string_view name = rest.substr(open + 2, close - open - 2);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    const std::string* value = nullptr;
    if (name.starts_with("args."))
      for (const Argument& argument : arguments)
        if (argument.name == name.substr(5) && argument.value) value = &*argument.value;
    out.value += rest.substr(0, open);
    if (value) {
      out.value += *value;
      out.verbatim = false;
    } else {
      out.value += rest.substr(open, close + 2 - open);
      out.known = false;
    }
    rest.remove_prefix(close + 2);
  }
  if (rest.find("{{") != std::string_view::npos) out.known = false;
  out.value += rest;
  return out;
}

std::vector<Gate> gates_of(const yaml::Node& object, const FindTemplate& find) {
  std::vector<Gate> out;
  const yaml::Node* spec = object.find("spec");
  if (!spec) return out;
  add_experiment(*spec, 0, find, out);
  const yaml::Node* strategy = spec->find("strategy");
  if (!strategy) return out;
  if (const yaml::Node* canary = strategy->find("canary")) {
    if (const yaml::Node* analysis = canary->find("analysis")) {
      const yaml::Node* start = analysis->find("startingStep");
      const auto step = start ? yaml::as_int(*start).value_or(0) : 0;
      out.push_back(build(Gate::Kind::background,
                          static_cast<std::size_t>(std::max<std::int64_t>(0, step)), *analysis,
                          find));
    }
    const yaml::Node* steps = canary->find("steps");
    for (std::size_t i = 0; steps && i < steps->items.size(); ++i) {
      if (const yaml::Node* analysis = steps->items[i].find("analysis"))
        out.push_back(build(Gate::Kind::step, i, *analysis, find));
      if (const yaml::Node* experiment = steps->items[i].find("experiment"))
        add_experiment(*experiment, i, find, out);
    }
  }
  if (const yaml::Node* blue_green = strategy->find("blueGreen")) {
    if (const yaml::Node* before = blue_green->find("prePromotionAnalysis"))
      out.push_back(build(Gate::Kind::pre_promotion, 0, *before, find));
    if (const yaml::Node* after = blue_green->find("postPromotionAnalysis"))
      out.push_back(build(Gate::Kind::post_promotion, 0, *after, find));
  }
  return out;
}

Gate gate_of_template(const yaml::Node& object, const FindTemplate& find) {
  Gate gate;
  gate.node = object.find("spec");
  Builder builder(gate, find);
  builder.add(object, {});
  builder.finish({});
  return gate;
}

}  // namespace backout::argo
