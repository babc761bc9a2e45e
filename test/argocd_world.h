// What the Argo CD of a test knows: applications, git, rights, sync windows, and how quick its
// controllers are. Plain data: a test sets it up and looks at it, the controllers
// (argocd_controller.h) and the API (argocd_routes.h) change it. Time is virtual: seconds since
// 1970, moved on by requests.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backout::test::sim {

using Json = nlohmann::ordered_json;
using Seconds = std::int64_t;
using Words = std::vector<std::string>;

// ---- git, and what it renders to

struct Manifest {
  std::string kind, name;
  std::string content{};           // an image: objects with the same one are equal
  std::string health = "Healthy";  // once it has settled; of a hook: Degraded fails, Progressing
                                   // never ends
  int wave = 0;
  std::string hook{};         // "PreSync", "PostSync", "SyncFail"
  std::string apply_error{};  // the API refuses it with this
  std::string path{};         // of the source that renders it; empty: of any
  std::string prune{};        // "false", "confirm": its sync option `Prune=…`
  std::string name_space = "shop";
};

struct Commit {
  std::string sha;  // or a chart's version
  std::vector<Manifest> manifests{};
  std::string render_error{};  // it renders to this, and to no manifests
  std::string values{};        // what a source with `ref` gives to the other sources
  std::string author = "Ana <ana@example.com>", message = "Change", date = "2026-11-20T09:00:00Z";
};

struct Repository {
  std::map<std::string, std::string, std::less<>> refs{};  // "main", "HEAD", "v1.2" → sha
  std::vector<Commit> commits{};
  bool down = false;
};

// ---- an application

struct Operation {
  Words revisions{}, sources{};  // sources as JSON; empty: those of the spec
  bool several = false;          // `revisions` and `sources` rather than `revision` and `source`
  bool prune = false, dry_run = false;
  bool apply_only = false;  // the apply strategy: no hooks
  std::string resources{};  // JSON array: only these
  std::string options{};    // JSON array
  std::string retry{};      // JSON object
  std::string infos{};      // JSON array
  std::string by{};         // user
  bool automated = false;
  std::string deploys_instead{};  // a revision: what is really deployed (argo-cd #29716)
};

struct ResourceResult {
  std::string kind{}, name{}, name_space{}, status{}, message{}, hook{}, hook_phase{}, sync_phase{};
};

struct OperationState {
  std::string phase{}, message{};
  Seconds started = 0, finished = 0;  // finished while Running: it waits for its retry
  Operation operation{};
  int retries = 0;
  bool has_result = false;
  Words revisions{}, sources{};  // of the result
  std::vector<ResourceResult> results{};
  bool lost = false;  // the controller has forgotten about it (argo-cd #29636)
  // how far it is
  bool loaded = false, group_applied = false;
  std::vector<Manifest> manifests{};
  std::size_t group = 0;
  Seconds next = 0;
};

struct Deployed {  // `status.history`
  std::int64_t id = 0;
  Words revisions, sources;
  bool several = false;
  Seconds started = 0, deployed = 0;
  std::string by;
  bool automated = false;
};

struct Live {  // an object in the cluster
  Manifest is;
  std::string health = "Healthy";
  Seconds settles = 0;    // Progressing until then
  bool deleting = false;  // it waits for a finalizer,
  Seconds gone = 0;       // until then; 0: for ever
};

struct RolloutStep {
  int weight = -1;  // setWeight; else a pause:
  int pause = -1;   // seconds; -1: until somebody resumes it
};

struct Rollout {
  std::string name, name_space = "shop";
  std::string image{};  // in `spec.template`
  std::vector<RolloutStep> steps = {{20}, {-1, -1}};
  bool spec_paused = false;
  int replicas = 2, rollback_window = 0;
  std::int64_t generation = 1, observed = 1;
  std::string current{}, stable{};  // pod hashes: currentPodHash, stableRS
  std::string phase = "Healthy", message{};
  std::size_t step = 0;
  int weight = 0, stable_available = 2, canary_available = 0;
  Words pauses{};  // reasons in pauseConditions
  bool abort = false, aborted = false, promote_full = false, controller_pause = false;
  Words hashes{};                               // of its ReplicaSets, the oldest first
  std::map<std::string, std::string> images{};  // of those, by hash
  std::set<std::string> crash{};                // images whose pods never become available
  Seconds observes = 0, resumes = 0, stuck_since = 0;
  std::int64_t restarts = 0;
};

struct Window {
  std::string kind = "deny", schedule = "0 * * * *", duration = "1h";
  bool active = true, manual_sync = false;
};

struct Condition {
  std::string type, message;
};

struct Owner {
  std::string kind, name;
};

struct App {
  std::string name;
  std::string spec{};  // JSON, byte for byte as it was last put
  std::string name_space = "argocd";
  std::map<std::string, std::string> labels{}, annotations{};
  Words finalizers{};
  std::vector<Owner> owners{};
  bool deleting = false;
  std::int64_t version = 0, generation = 0;  // resourceVersion; both count by themselves
  std::optional<Operation> operation{};
  std::optional<OperationState> state{};
  std::vector<Deployed> history{};
  std::string sync = "Unknown", health = "Unknown", health_message{};
  Words compared{};  // revisions that the targets stood for when last compared
  Seconds reconciled = 0;
  std::vector<Condition> conditions{};
  std::vector<Live> live{};
  std::vector<Rollout> rollouts{};
  std::vector<Window> windows{};
  std::map<std::string, std::string> status_extra{};  // more fields of `status`, as JSON
  std::string wanted{};        // the spec that its ApplicationSet or parent wants; empty: the first
  std::string next_deploys{};  // a revision: the next requested operation deploys this one instead
  std::string toggle_error{};  // why toggle-auto-sync fails: it goes to the destination's cluster
  std::string newest_image{};  // the image updater writes this into the spec
  Words hooks_run{};           // for the test: names, in order

  // the controllers' own
  std::string refresh{};   // the annotation: "normal", "hard"
  bool latest_due = true;  // the next comparison asks git what the target is
  Seconds compare_at = 0, operation_since = 0, terminated = 0, healed = 0, fought_at = 0,
          polled = 0;
  Words rolled{};  // revisions that RollingSync has started
  std::string written{}, compared_live{};
  std::string hydrated_from{};  // the dry revision
  Seconds hydrates = 0;
  std::vector<std::pair<Seconds, std::string>>
      seen{};  // what the informer's cache holds since when
};

// ---- around it

struct Token {
  std::string text, user;
  std::set<std::string, std::less<>> denied{};  // "update", "action/argoproj.io/Rollout/abort"
  int valid_requests = -1;                      // then it is expired; -1: always valid
};

struct ApplicationSet {
  std::string name;
  std::string applications_sync = "sync";  // "create-only", "create-delete", "create-update"
  Words ignored_pointers{};                // ignoreApplicationDifferences[].jsonPointers
  Words ignored_jq{};
  Words preserved_annotations{};
  bool rolling_sync = false;
  bool puts_back_removed = false;  // a removed key comes back in spite of the ignore rule (#25071)
};

// How long the controllers take, in virtual seconds.
struct Pace {
  Seconds request = 1;    // time that passes with each request
  Seconds pick_up = 2;    // from `.operation` to `operationState`
  Seconds operation = 2;  // from there to the first objects applied
  Seconds settle = 2;     // Progressing, after an object was applied
  Seconds compare = 2;    // from the end of an operation to the comparison
  Seconds refresh = 2;    // from the annotation to the comparison
  Seconds poll = 180;     // a new commit is seen without anybody asking
  Seconds cache = 2;      // list and stream are behind by
  Seconds terminate = 2;
  Seconds retry = 5;
  Seconds heal = 2;          // self-heal's back-off
  Seconds fight = 2;         // ApplicationSet, parent and image updater act after
  Seconds hydrate = 5;       // the source hydrator commits a new dry revision's manifests after
  Seconds observe = 3;       // Argo Rollouts sees a new template
  Seconds give_up = 600;     // progressDeadlineSeconds
  int refresh_delay_ms = 0;  // real time that a GET with refresh blocks; beyond the client's
                             // time-out: it never comes back
  bool same_second = true;   // reconciledAt == finishedAt, by a comparison from before the end
};

struct World {
  std::string version = "v3.1.2";
  std::string root_path{};  // "/argo"
  std::string control_plane = "argocd";
  std::set<std::string, std::less<>> namespaces = {"argocd", "shop"};  // where apps may be
  Seconds now = 1'795'255'200;                                         // 2026-11-21T10:00:00Z
  Pace pace{};
  std::map<std::string, Repository, std::less<>> git{};  // by URL
  std::vector<App> apps{};
  std::vector<ApplicationSet> sets{};
  std::vector<Token> tokens = {{"token-of-ana", "ana"}};
  bool override_right_for_revisions = false;  // requireOverridePrivilegeForRevisionSync (3.3)
  bool rollback_right = false;                // server.rbac.rollback.enforce.enable (3.6)
  bool replace_allowed = true;
  std::string tracking = "annotation", label_key = "app.kubernetes.io/instance";
  std::string settings_extra = "{}";                             // JSON, merged into the answer
  std::multimap<Seconds, std::function<void(World&)>> script{};  // at this virtual time

  std::int64_t last_version = 1000;
  std::vector<std::string> events{};  // reasons, "OperationCompleted catalog"

  [[nodiscard]] App& app(std::string_view name);  // it is there, or the test ends
  [[nodiscard]] const App& app(std::string_view name) const;
};

// ---- to set up and to look

// 40 times the digit.
[[nodiscard]] std::string sha(char digit);
inline constexpr const char* gitops = "https://git.example.com/gitops.git";

// The usual case: application `catalog` (project `shop`, auto-sync with prune and selfHeal) follows
// `main`; sha('1') is good, sha('2') is bad (a Degraded Deployment), was deployed last and is what
// `main` stands for. Argo CD has settled.
[[nodiscard]] World shop_world(const std::string& good = sha('1'),
                               const std::string& bad = sha('2'));

// Adds it and deploys revision for revision, as successful automatic syncs of the past, one an
// hour.
App& add_app(World& world, App app, const std::vector<Words>& revisions);

void set_ref(World& world, std::string_view url, const std::string& ref, const std::string& to);
Commit& add_commit(World& world, std::string_view url, Commit commit);

// What is deployed according to the last successful operation.
[[nodiscard]] Words deployed(const App& app);
// "content" of the live object.
[[nodiscard]] std::string live_content(const App& app, std::string_view kind,
                                       std::string_view name);
[[nodiscard]] bool same_json(std::string_view a, std::string_view b);
[[nodiscard]] Rollout* find_rollout(App& app, std::string_view name);
[[nodiscard]] const Rollout* find_rollout(const App& app, std::string_view name);
[[nodiscard]] std::string pod_hash(std::string_view image);

// ---- parts, for the controllers and the API

[[nodiscard]] int version_of(const World& world);  // 302 for "v3.2.1"
[[nodiscard]] std::string timestamp(Seconds at);   // RFC 3339
[[nodiscard]] std::string group_of(std::string_view kind);
[[nodiscard]] std::string api_version_of(std::string_view kind);  // "v1"
[[nodiscard]] App* find_app(World& world, std::string_view name, std::string_view name_space);
[[nodiscard]] std::string project_of(const App& app);
[[nodiscard]] Words sources_of(const Json& spec);  // as JSON
[[nodiscard]] bool several_sources(const Json& spec);
[[nodiscard]] bool auto_sync_on(const World& world, const Json& spec);
[[nodiscard]] bool can_sync(const App& app, bool manual);
// What the server keeps of a spec: before 3.1 the CRD does not know `automated.enabled`.
[[nodiscard]] std::string stored_spec(const World& world, const std::string& spec);

// A revision of a source, or nothing and `why`.
[[nodiscard]] std::optional<std::string> resolve(const World& world, const std::string& source,
                                                 std::string revision, std::string& why);
[[nodiscard]] std::optional<Words> resolve_targets(const World& world, const Words& sources,
                                                   std::string& why);
[[nodiscard]] std::optional<std::vector<Manifest>> render(const World& world, const Words& sources,
                                                          const Words& revisions, std::string& why);
// The state of the cluster when these are applied.
void apply_manifest(World& world, App& app, const Manifest& manifest);

}  // namespace backout::test::sim
