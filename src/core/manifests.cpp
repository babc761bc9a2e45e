#include "core/manifests.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "argo/subject.h"
#include "core/dispatch.h"
#include "core/parallel.h"

namespace backout {
namespace {

using argo::File;
using argo::Interest;
using sql::Files;

constexpr std::string_view standard_input = "-";

bool may_be_manifest(const Files& files, std::size_t index) {
  const std::string_view path = files.paths[index];
  return argo::is_manifest_name(path) || path == standard_input;
}

// A file of one side that may hold what we judge.
struct Candidate {
  std::size_t index;
  bool judged;
  Interest interest = Interest::none;
  std::string defect{};  // why it could not be read
  bool limit = false;
};

// Looks at the bytes of each, on all threads, keeping none of them.
void sniff(const Files& files, std::vector<Candidate>& candidates, unsigned threads) {
  parallel_for(candidates.size(), threads, [&](std::size_t i) {
    Candidate& one = candidates[i];
    if (files.peek) {
      const sql::Peeked peeked = files.peek(one.index);
      one.defect = peeked.defect;
      one.limit = peeked.limit;
      if (peeked.bytes) one.interest = argo::interest_of_bytes(*peeked.bytes);
    } else if (const Source* const source = files.read(one.index)) {
      one.interest = argo::interest_of_bytes(source->text);
    }
  });
}

bool any_of(const std::vector<Candidate>& candidates, Interest least) {
  return std::any_of(candidates.begin(), candidates.end(),
                     [&](const Candidate& one) { return one.interest >= least; });
}

// The two sides as sorted lists of candidates: what is new or changed at the head, the rest of the
// head, and what of the base is no longer so.
struct Sides {
  std::vector<Candidate> changed, same, before;
};

bool same_file(const Task& task, std::size_t head, std::size_t base) {
  if (!task.blobs.empty() && !task.base_blobs.empty())
    return task.blobs[head] == task.base_blobs[base];
  const Source* const a = task.head.read(head);
  const Source* const b = task.base->read(base);
  return a == b || (a && b && a->text == b->text);
}

Sides sides_of(const Task& task) {
  Sides out;
  std::size_t base = 0;
  for (std::size_t i = 0; i < task.head.paths.size(); ++i) {
    const std::string& path = task.head.paths[i];
    while (task.base && base < task.base->paths.size() && task.base->paths[base] < path) {
      if (may_be_manifest(*task.base, base)) out.before.push_back({base, false});
      ++base;
    }
    if (!may_be_manifest(task.head, i)) continue;
    const bool released =
        task.base && base < task.base->paths.size() && task.base->paths[base] == path;
    if (released && same_file(task, i, base)) {
      out.same.push_back({i, false});
      ++base;
      continue;
    }
    if (released) out.before.push_back({base++, false});
    const bool judged = covers(task.named, path);
    (judged ? out.changed : out.same).push_back({i, judged});
  }
  while (task.base && base < task.base->paths.size()) {
    if (may_be_manifest(*task.base, base)) out.before.push_back({base, false});
    ++base;
  }
  return out;
}

argo::Folders folders_of(const Files& files) {
  std::vector<const Source*> kustomizations;
  for (std::size_t i = 0; i < files.paths.size(); ++i)
    if (argo::is_kustomization(files.paths[i]))
      if (const Source* const source = files.read(i)) kustomizations.push_back(source);
  return argo::look_around(files.paths, kustomizations);
}

std::vector<File> read_all(const Files& files, const std::vector<Candidate>& candidates,
                           const argo::Folders& folders, unsigned threads,
                           const yaml::Bounds& bounds) {
  std::vector<const Candidate*> wanted;
  for (const Candidate& one : candidates)
    if (one.interest != Interest::none) wanted.push_back(&one);
  std::vector<File> out(wanted.size());
  parallel_for(wanted.size(), threads, [&](std::size_t i) {
    if (const Source* const source = files.read(wanted[i]->index))
      out[i] = argo::read_file(*source, folders, Interest::surroundings, bounds);
    out[i].judged = wanted[i]->judged;
  });
  std::erase_if(out, [](const File& file) { return file.source == nullptr; });
  return out;
}

// A chart or a kustomization with files that could be read when rendered.
struct Origin {
  argo::Renderer renderer;
  std::string folder;
  auto operator<=>(const Origin&) const = default;
};
struct Rendering {
  bool judged = false;
  std::string name{};    // of what came of it; empty: nothing
  std::string defect{};  // why nothing did
};
using Renderings = std::map<Origin, Rendering>;

bool is_below(std::string_view path, std::string_view folder) {
  return folder == "." || (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

// `changed`: paths; a chart is judged also when but a values file of it changed.
Renderings origins_of(const std::vector<const File*>& files,
                      const std::vector<std::string_view>& changed) {
  Renderings out;
  for (const File* const file : files) {
    if (file->state != File::State::unclear || file->interest != Interest::argo ||
        file->renderer == argo::Renderer::unknown || file->folder.empty())
      continue;
    Rendering& rendering = out[{file->renderer, file->folder}];
    rendering.judged = rendering.judged || file->judged;
  }
  for (auto& [origin, rendering] : out)
    for (const std::string_view path : changed)
      rendering.judged = rendering.judged || is_below(path, origin.folder);
  return out;
}

// Calls `keep(file)` for what comes of each.
template <class Keep>
void render(Renderings& renderings, const Files& files, const Task& task,
            const yaml::Bounds& bounds, const Keep& keep) {
  constexpr std::size_t most = 200;  // tools to start
  std::size_t started = 0;
  for (auto& [origin, rendering] : renderings) {
    if (++started > most) {
      rendering.defect = fmt::format("more than {} charts and kustomizations", most);
      continue;
    }
    Result<std::string> text = task.render(origin.renderer, origin.folder, files);
    if (!text) {
      rendering.defect = text.error().message;
      continue;
    }
    const std::string_view tool =
        origin.renderer == argo::Renderer::helm ? "helm template" : "kustomize build";
    rendering.name = fmt::format("{} ({})", origin.folder, tool);
    const auto source =
        std::make_shared<const Source>(make_source(rendering.name, std::move(*text)));
    File file = argo::read_file(*source, {}, Interest::surroundings, bounds);
    file.converted = source;
    file.judged = rendering.judged;
    keep(std::move(file));
  }
}

const yaml::Document* broken(const File& file) {
  const auto found = std::find_if(file.documents.begin(), file.documents.end(),
                                  [](const yaml::Document& one) { return one.defect.has_value(); });
  return found == file.documents.end() ? nullptr : &*found;
}

// "manifest: 2 Rollout, Service"
std::string use_of(const std::map<argo::ObjectKind, std::size_t>& kinds) {
  std::string out;
  for (const auto& [kind, count] : kinds) {
    out += out.empty() ? "manifest: " : ", ";
    if (count > 1) out += fmt::format("{} ", count);
    out += to_string(kind);
  }
  return out;
}

void account(const Task& task, const argo::Objects& head, const Renderings& renderings,
             ManifestJudgement& out) {
  std::unordered_map<const Source*, std::map<argo::ObjectKind, std::size_t>> kinds;
  for (const argo::Object& object : head.all()) {
    ++kinds[object.source][object.kind];
    out.objects += object.judged;
  }
  std::map<std::string, std::size_t> unclear;  // by reason
  for (const File& file : out.memory) {
    FileUse use{file.source->path, use_of(kinds[file.source]), {}, false, {}};
    const auto index = std::lower_bound(task.head.paths.begin(), task.head.paths.end(), use.path);
    if (!task.blobs.empty() && index != task.head.paths.end() && *index == use.path)
      use.blob = task.blobs[static_cast<std::size_t>(index - task.head.paths.begin())];
    if (file.state == File::State::unclear) {
      const auto rendering = renderings.find({file.renderer, file.folder});
      const bool tried = rendering != renderings.end();
      if (tried && !rendering->second.name.empty()) {
        use.use = fmt::format("part of {}", rendering->second.name);
      } else {
        use.reason = file.advice();
        if (tried && !rendering->second.defect.empty())
          use.reason += "; " + rendering->second.defect;
        if (file.judged && file.interest == Interest::argo) ++unclear[use.reason];
      }
    } else if (const yaml::Document* const document = broken(file)) {
      use.reason = fmt::format("not readable as YAML: {}", document->defect->message);
      if (file.judged && document->defect->limit)
        out.limits.push_back(fmt::format("{}: {}", use.path, document->defect->message));
    }
    const bool has_objects = !use.use.empty();
    use.judged = file.judged && has_objects;
    if (!file.judged && use.reason.empty())
      use.reason = covers(task.named, use.path) ? "as released" : "not named";
    if (has_objects || !use.reason.empty()) out.files.push_back(std::move(use));
  }
  for (const auto& [reason, count] : unclear)
    out.unrendered.push_back(
        fmt::format("{} {} not judged: {}", count, count == 1 ? "manifest" : "manifests", reason));
}

// Everything that is one object's own, or one rollout's with its analyses.
void judge_objects(const RuleSet& rules, const ManifestContext& context,
                   std::vector<Finding>& out) {
  for (const argo::Object& object : context.head.all())
    if (object.judged) dispatch(rules, out, object, context);
  for (const argo::RolloutSubject& subject : context.subjects.rollouts)
    if (is_judged(subject)) dispatch(rules, out, subject, context);
  for (const argo::GateSubject& subject : context.subjects.gates)
    if (is_judged(subject)) dispatch(rules, out, subject, context);
  for (const argo::MetricSubject& subject : context.subjects.metrics)
    if (is_judged(subject)) dispatch(rules, out, subject, context);
}

// What was the same before the change is not the change's fault: an error or a warning becomes a
// note that says so, a note goes. Otherwise every new image would have to answer for the whole
// manifest it stands in.
void quieten(std::vector<Finding>& findings, const std::vector<Finding>& before) {
  using Key = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
  const auto key = [](const Finding& one) {
    return Key{one.rule, one.object.kind, one.object.name, one.message};
  };
  std::multiset<Key> known;
  for (const Finding& one : before) known.insert(key(one));
  std::erase_if(findings, [&](Finding& one) {
    const auto found = known.find(key(one));
    if (found == known.end()) return false;
    known.erase(found);
    if (one.severity == Severity::note) return true;
    one.notes.push_back({std::nullopt, "was so before this change"});
    one.severity = Severity::note;
    return false;
  });
}

// A template that several rollouts use says the same thing once for each.
void drop_repeated(std::vector<Finding>& findings) {
  std::set<std::tuple<std::string_view, const Source*, std::uint32_t, std::string>> seen;
  std::erase_if(findings, [&](const Finding& one) {
    return !seen.emplace(one.rule, one.location.source, one.location.span.begin, one.message)
                .second;
  });
}

}  // namespace

ManifestSet read_manifests(const Files& files, unsigned threads) {
  ManifestSet out;
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < files.paths.size(); ++i)
    if (may_be_manifest(files, i)) candidates.push_back({i, false});
  sniff(files, candidates, threads);
  std::vector<const File*> kept;
  for (File& file : read_all(files, candidates, folders_of(files), threads, {}))
    kept.push_back(&out.files.emplace_back(std::move(file)));
  out.objects = argo::Objects(kept);
  return out;
}

ManifestJudgement judge_manifests(const Task& task, const Config& config, const RuleSet& rules,
                                  bool alone, std::span<const MigrationChange* const> migrations) {
  ManifestJudgement out;
  Sides sides = sides_of(task);
  sniff(task.head, sides.changed, task.threads);
  if (task.base) sniff(*task.base, sides.before, task.threads);
  for (const Candidate& one : sides.changed)
    if (one.limit)
      out.limits.push_back(fmt::format("{}: {}", task.head.paths[one.index], one.defect));
  const bool wanted = !migrations.empty() || any_of(sides.changed, Interest::surroundings) ||
                      any_of(sides.before, Interest::surroundings) ||
                      (task.render && !sides.changed.empty());  // perhaps a chart's values
  if (!wanted && !(alone && task.base)) return out;
  sniff(task.head, sides.same, task.threads);
  out.any = any_of(sides.changed, Interest::argo) || any_of(sides.same, Interest::argo);
  if (!wanted || !(out.any || any_of(sides.before, Interest::argo))) return out;

  const yaml::Bounds bounds = yaml::bounds_of(config.limits);
  const argo::Folders folders = folders_of(task.head);
  const auto keep = [&](std::vector<File> files) {
    std::vector<const File*> kept;
    for (File& file : files) kept.push_back(&out.memory.emplace_back(std::move(file)));
    return kept;
  };
  std::vector<const File*> head =
      keep(read_all(task.head, sides.changed, folders, task.threads, bounds));
  const std::vector<const File*> same =
      keep(read_all(task.head, sides.same, folders, task.threads, bounds));
  std::vector<const File*> base = same;
  head.insert(head.end(), same.begin(), same.end());
  Renderings renderings;
  const auto add_rendered = [&](std::vector<const File*>& to, Renderings& from,
                                const Files& files) {
    render(from, files, task, bounds,
           [&](File&& file) { to.push_back(&out.memory.emplace_back(std::move(file))); });
  };
  if (task.render) {
    std::vector<std::string_view> changed;
    for (const Candidate& one : sides.changed) changed.push_back(task.head.paths[one.index]);
    renderings = origins_of(head, changed);
    add_rendered(head, renderings, task.head);
  }
  const argo::Objects at_head(head);
  account(task, at_head, renderings, out);
  for (const Candidate& one : sides.changed)  // links, files that are too large
    if (!one.defect.empty())
      out.files.push_back({task.head.paths[one.index],
                           {},
                           one.defect,
                           false,
                           task.blobs.empty() ? std::string() : task.blobs[one.index]});

  argo::Objects at_base;
  if (task.base) {
    const std::size_t first = out.memory.size();
    for (const File* const file :
         keep(read_all(*task.base, sides.before, folders_of(*task.base), task.threads, bounds)))
      base.push_back(file);
    const std::size_t last = out.memory.size();
    const auto mark = [&](bool judged) {
      for (std::size_t i = first; i < last; ++i) out.memory[i].judged = judged;
    };
    if (task.render) {
      Renderings before = origins_of(base, {});
      for (const auto& [origin, rendering] : renderings)
        if (!rendering.judged) before.erase(origin);
      add_rendered(base, before, *task.base);
    }
    mark(true);  // judged as they were, to know what is not new; their ignores are not in force
    at_base = argo::Objects(base);
    mark(false);
  }
  const argo::Subjects subjects(at_head, config.argo.rollouts, config.argo.empty_as_zero);
  std::optional<argo::Subjects> base_subjects;
  if (task.base) base_subjects.emplace(at_base, config.argo.rollouts, config.argo.empty_as_zero);
  const ManifestContext context{at_head,    task.base ? &at_base : nullptr,
                                subjects,   base_subjects ? &*base_subjects : nullptr,
                                migrations, config};
  for (const File* const file : head)
    if (file->judged) dispatch(rules, out.findings, *file, context);
  judge_objects(rules, context, out.findings);
  drop_repeated(out.findings);
  if (task.base && !out.findings.empty()) {
    std::vector<Finding> before;
    judge_objects(rules, {at_base, nullptr, *base_subjects, nullptr, {}, config}, before);
    drop_repeated(before);
    quieten(out.findings, before);
  }
  dispatch(rules, out.findings, context);
  drop_repeated(out.findings);
  return out;
}

}  // namespace backout
