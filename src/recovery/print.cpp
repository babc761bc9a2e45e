// A plan in words, in four forms that say the same.
#include <fmt/format.h>

#include "recovery/plan.h"
#include "report/escape.h"
#include "report/json_writer.h"

namespace backout::recovery {
namespace {

using report::visible;

constexpr std::string_view promise =
    "Nothing has been executed. Every command is for a person to read and run.";

std::string headline(const Plan& plan) {
  return fmt::format("recovery to {}", to_text(plan.request.target));
}

// ---- text

void append_items(std::string& out, std::string_view title, const std::vector<Item>& items) {
  out += fmt::format("\n   {}\n", title);
  for (const Item& item : items) {
    out += fmt::format("   [ ] {}\n", visible(item.text));
    if (!item.command.empty()) out += fmt::format("       $ {}\n", visible(item.command));
  }
}

// ---- Markdown

// Text from the request stays text.
std::string prose(std::string_view text) {
  std::string out;
  for (const char c : visible(text)) {
    if (c == '<')
      out += "&lt;";
    else
      out += c;
  }
  return out;
}

// A fence longer than any in the text.
std::string fence_for(std::string_view text) {
  std::size_t longest = 2, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(longest + 1, '`');
}

void append_list(std::string& out, std::string_view title, const std::vector<Item>& items) {
  out += fmt::format("\n### {}\n\n", title);
  for (const Item& item : items) {
    out += fmt::format("- [ ] {}\n", prose(item.text));
    if (item.command.empty()) continue;
    const std::string fence = fence_for(item.command);
    out += fmt::format("\n  {0}sh\n  {1}\n  {0}\n\n", fence, visible(item.command));
  }
}

// ---- JSON

void write_items(report::JsonWriter& json, std::string_view key, const std::vector<Item>& items) {
  json.key(key);
  json.open('[');
  for (const Item& item : items) {
    json.open('{');
    json.field("text", item.text);
    if (!item.command.empty()) json.field("command", item.command);
    json.close('}');
  }
  json.close(']');
}

}  // namespace

std::string as_text(const Plan& plan) {
  std::string out = headline(plan) + "\n" + std::string(promise) + "\n";
  for (const std::string& note : plan.notes) out += fmt::format("note: {}\n", visible(note));
  int number = 0;
  for (const Step& step : plan.steps) {
    out += fmt::format("\n{}. {}\n   expected: {}\n", ++number, visible(step.title), step.expected);
    append_items(out, "before", step.before);
    append_items(out, "run", step.run);
    append_items(out, "after", step.after);
  }
  if (!plan.manifest.empty()) out += "\nrecovery.yaml:\n\n" + plan.manifest;
  return out;
}

std::string as_markdown(const Plan& plan) {
  std::string out = fmt::format("# Plan: {}\n\n{}\n", headline(plan), promise);
  if (!plan.notes.empty()) out += '\n';
  for (const std::string& note : plan.notes) out += fmt::format("> {}\n", prose(note));
  if (!plan.manifest.empty()) {
    const std::string fence = fence_for(plan.manifest);
    out += fmt::format("\n## recovery.yaml\n\n{0}yaml\n{1}{0}\n", fence, plan.manifest);
  }
  int number = 0;
  for (const Step& step : plan.steps) {
    out +=
        fmt::format("\n## {}. {}\n\nExpected: {}.\n", ++number, prose(step.title), step.expected);
    append_list(out, "Before", step.before);
    append_list(out, "Run", step.run);
    append_list(out, "After", step.after);
  }
  return out;
}

std::string as_json(const Plan& plan) {
  std::string out;
  report::JsonWriter json(out, 4);
  json.open('{');
  json.field("target_time", to_text(plan.request.target));
  json.field("cluster", plan.request.cluster);
  json.field("namespace", plan.request.namespace_name);
  json.field("new_cluster", plan.request.new_name);
  json.field("owner", plan.request.owner);
  json.field("manifest", plan.manifest);
  json.key("steps");
  json.open('[');
  for (const Step& step : plan.steps) {
    json.open('{');
    json.field("title", step.title);
    json.field("expected", step.expected);
    write_items(json, "before", step.before);
    write_items(json, "run", step.run);
    write_items(json, "after", step.after);
    json.close('}');
  }
  json.close(']');
  json.key("notes");
  json.open('[');
  for (const std::string& note : plan.notes) json.text(note);
  json.close(']');
  json.close('}');
  return out + '\n';
}

std::string as_yaml(const Plan& plan) {
  std::string out = fmt::format("# {}\n", headline(plan));
  for (const std::string& note : plan.notes) out += fmt::format("# note: {}\n", visible(note));
  if (!plan.steps.empty()) {
    out += "# before this is applied:\n";
    for (const Item& item : plan.steps.front().before) {
      out += fmt::format("#   [ ] {}\n", visible(item.text));
      if (!item.command.empty()) out += fmt::format("#       $ {}\n", visible(item.command));
    }
  }
  return out + plan.manifest;
}

}  // namespace backout::recovery
