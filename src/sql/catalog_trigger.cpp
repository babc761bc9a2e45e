// Triggers, rewrite rules and policies: parts of a table or view.
#include <algorithm>

#include "sql/catalog_editor.h"
#include "sql/catalog_names.h"

namespace backout::sql {
namespace {

template <class Parts>
auto named(Parts& parts, std::string_view name) {
  return std::find_if(parts.begin(), parts.end(),
                      [name](const auto& part) { return part->name == name; });
}

auto policy_named(std::vector<std::shared_ptr<const Policy>>& parts, std::string_view name) {
  return std::find_if(parts.begin(), parts.end(),
                      [name](const auto& part) { return part->definition.name == name; });
}

}  // namespace

Editor::Parts Editor::parts_of(const QualifiedName& name, bool if_exists) {
  const std::string key = c.resolve_relation(name);
  if (c.views.find(key)) {
    View& v = c.views.edit(key);
    return {nullptr, &v, v.id, &v.triggers, &v.rules, v.name};
  }
  Table* t = table(name, if_exists);
  if (!t) return {};
  return {t, nullptr, t->id, &t->triggers, &t->rules, t->name};
}

void Editor::operator()(const CreateTrigger& op) {
  const Parts parts = parts_of(op.table, false);
  if (!parts.triggers) return;
  Trigger made;
  made.name = op.name;
  made.definition = op;
  made.definition.table = parts.name;
  if (const Function* f = trigger_function(op.function)) {
    made.definition.function = f->definition.name;
    depend(parts.id, f->id);
  }
  const auto at = named(*parts.triggers, op.name);
  if (at != parts.triggers->end()) {
    if (!op.or_replace) {
      outcome = Outcome::conflict;
      return;
    }
    made.id = (*at)->id;
    made.state = (*at)->state;
    touch(made.id, Aspect::definition);
    *at = std::make_shared<Trigger>(made);
  } else {
    made.id = fresh();
    touch(made.id, Aspect::existence);
    parts.triggers->push_back(std::make_shared<Trigger>(made));
  }
  if (!parts.table || !op.row) return;
  if (parts.table->partition_strategy.empty()) return;
  for (const Id id : descendants(*parts.table)) {
    if (Table* child = table(id)) clone_trigger(*child, made);
  }
}

const Function* Editor::trigger_function(const QualifiedName& name) {
  for (const std::string& key : functions_meant(name, std::nullopt)) {
    const Function* f = c.functions.find(key);
    if (f && f->input_types.empty()) return f;
  }
  return nullptr;  // built in, of an extension, or made elsewhere: the name stays as written
}

void Editor::clone_trigger(Table& child, const Trigger& from) {
  const auto at = named(child.triggers, from.name);
  Trigger copy = from;
  copy.definition.table = child.name;
  copy.id = at == child.triggers.end() ? fresh() : (*at)->id;
  touch(copy.id, Aspect::existence);
  if (const Function* f = trigger_function(copy.definition.function)) depend(child.id, f->id);
  if (at == child.triggers.end())
    child.triggers.push_back(std::make_shared<Trigger>(std::move(copy)));
  else
    *at = std::make_shared<Trigger>(std::move(copy));
}

void Editor::remove_trigger(Table& t, const std::string& name) {
  const auto at = named(t.triggers, name);
  if (at == t.triggers.end()) return;
  touch((*at)->id, Aspect::existence);
  const bool row = (*at)->definition.row;
  t.triggers.erase(at);
  if (!row || t.partition_strategy.empty()) return;
  for (const Id id : std::vector<Id>(t.children)) {
    if (Table* child = table(id)) remove_trigger(*child, name);
  }
}

void Editor::operator()(const SetTriggerState& op) {
  const Parts parts = parts_of(op.table, false);
  if (!parts.triggers) return;
  bool found = op.all || op.user;
  if (op.rule) {
    for (auto& held : *parts.rules) {
      if (held->name != op.trigger) continue;
      RewriteRule& rule = own(held);
      rule.state = op.state;
      touch(rule.id, Aspect::state);
      found = true;
    }
  } else {
    for (auto& held : *parts.triggers) {
      if (!op.all && !op.user && held->name != op.trigger) continue;
      Trigger& trigger = own(held);
      trigger.state = op.state;
      touch(trigger.id, Aspect::state);
      found = true;
    }
  }
  if (op.all || op.user) touch(parts.id, Aspect::state);
  if (!found) (void)assume_missing(false);
}

void Editor::operator()(const CreateRule& op) {
  const Parts parts = parts_of(op.table, false);
  if (!parts.rules) return;
  RewriteRule made;
  made.name = op.name;
  made.definition = op.definition;
  const auto at = named(*parts.rules, op.name);
  if (at == parts.rules->end()) {
    made.id = fresh();
    touch(made.id, Aspect::existence);
    parts.rules->push_back(std::make_shared<RewriteRule>(std::move(made)));
    return;
  }
  if (!op.or_replace) {
    outcome = Outcome::conflict;
    return;
  }
  made.id = (*at)->id;
  made.state = (*at)->state;
  touch(made.id, Aspect::definition);
  *at = std::make_shared<RewriteRule>(std::move(made));
}

void Editor::operator()(const CreatePolicy& op) {
  Table* t = table(op.table);
  if (!t) return;
  if (policy_named(t->policies, op.name) != t->policies.end()) {
    outcome = Outcome::conflict;
    return;
  }
  Policy made;
  made.id = fresh();
  made.definition = op;
  made.definition.table = t->name;
  made.definition.using_ = settle(op.using_, t->id);
  made.definition.check = settle(op.check, t->id);
  touch(made.id, Aspect::existence);
  t->policies.push_back(std::make_shared<Policy>(std::move(made)));
}

void Editor::operator()(const AlterPolicy& op) {
  Table* t = table(op.table);
  if (!t) return;
  const auto at = policy_named(t->policies, op.name);
  if (at == t->policies.end()) {
    if (t->known) outcome = Outcome::conflict;
    return;
  }
  Policy& policy = own(*at);
  if (op.roles) policy.definition.roles = *op.roles;
  if (op.using_) policy.definition.using_ = settle(op.using_, t->id);
  if (op.check) policy.definition.check = settle(op.check, t->id);
  touch(policy.id, Aspect::definition);
}

}  // namespace backout::sql
