// What going back to a deployment does besides applying objects: which ones nobody renders any
// more, which hooks belong to it, and where the specification has moved on from what was deployed.
// Computed from facts (facts.h); nothing is asked.
#pragma once

#include <string>
#include <vector>

#include "argocd/facts.h"

namespace backout::argocd {

struct Leftover {
  ResourceName resource;
  bool kept = false;     // `Prune=false`: stays even with prune
  bool confirm = false;  // `Prune=confirm`: an operation with prune waits for somebody
};
struct Hook {
  ResourceName resource;
  std::vector<std::string> phases;  // "PreSync"
};
// A field of a source that the deployment had otherwise than the specification has it now: what
// goes back with a rollback and comes again with the next sync, also after a revert in git.
struct Difference {
  std::size_t source = 0;  // its place
  std::string field;       // "helm.parameters"
  std::string then, now;   // JSON; empty: absent
};

struct Effect {
  bool rendered = false;              // the next three are known
  std::vector<Leftover> leftovers;    // live, and not rendered at the target
  std::vector<ResourceName> missing;  // rendered at the target, and not live
  std::vector<Hook> hooks;            // rendered at the target
  std::vector<ResourceName> being_deleted;
  std::vector<Difference> differences;
};
[[nodiscard]] Effect effect_of(const Application& app, const Facts& facts,
                               const Question& question);

}  // namespace backout::argocd
