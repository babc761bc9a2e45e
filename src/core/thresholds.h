// Where rules about manifests draw their lines, all in one place and all to be moved under
// `thresholds:` of `.backout.yaml`. A new one is a member and a row of the table; the parser and
// the JSON Schema of the configuration follow the table.
#pragma once

#include <string_view>

namespace backout {

// Weights are percent of the traffic, times seconds.
struct Thresholds {
  int first_weight = 20;
  int weight_increase = 30, weight_factor = 3;
  int weight_error = 5;
  int late_analysis_weight = 50, late_start_weight = 25;
  int capacity_factor = 2;
  int shortest_pause = 60;
  int least_history = 3;
  int slow_rollback = 600;
  int least_stable = 50, most_unavailable = 50;
  int scale_down_delay = 30, blue_green_scale_down_delay = 300;
  int progress_deadline = 1800;
  int preview_share = 50;
  int failure_share = 50, failure_limit = 5;
  int inconclusive_share = 50, error_limit = 4;
  int background_share = 80;
  int scrape_interval = 15, scrapes_per_window = 4, intervals_per_window = 5;
  int long_window = 300, long_analysis = 3600;
  int regression = 10;
};

struct ThresholdKey {
  std::string_view name;
  int Thresholds::*field;
  int most;  // the least is 0
  std::string_view description;
  bool floor = false;  // what is below it is found: lowering it finds less
};
inline constexpr int most_seconds = 365 * 86400;
inline constexpr ThresholdKey threshold_keys[] = {
    {"first_weight", &Thresholds::first_weight, 100, "percent a canary may begin with"},
    {"weight_increase", &Thresholds::weight_increase, 100, "points a step may add at any weight"},
    {"weight_factor", &Thresholds::weight_factor, 100, "times the last weight a step may reach"},
    {"weight_error", &Thresholds::weight_error, 100, "points that pods may miss a weight by"},
    {"late_analysis_weight", &Thresholds::late_analysis_weight, 100,
     "percent at which the first analysis comes late"},
    {"late_start_weight", &Thresholds::late_start_weight, 100,
     "percent at which a background analysis starts late"},
    {"capacity_factor", &Thresholds::capacity_factor, 100,
     "times its share of the pods that a canary may get of the traffic"},
    {"shortest_pause", &Thresholds::shortest_pause, most_seconds, "seconds a pause needs", true},
    {"least_history", &Thresholds::least_history, 1000, "old revisions worth keeping", true},
    {"slow_rollback", &Thresholds::slow_rollback, most_seconds,
     "seconds of steps from which a rollback should skip them"},
    {"least_stable", &Thresholds::least_stable, 100,
     "percent of the pods that stay stable while a canary is judged", true},
    {"most_unavailable", &Thresholds::most_unavailable, 100,
     "percent of the pods that may be missing at once"},
    {"scale_down_delay", &Thresholds::scale_down_delay, most_seconds,
     "seconds the old version stays after a canary", true},
    {"blue_green_scale_down_delay", &Thresholds::blue_green_scale_down_delay, most_seconds,
     "seconds the old version stays after a switch", true},
    {"progress_deadline", &Thresholds::progress_deadline, most_seconds,
     "seconds a rollout may hang unnoticed"},
    {"preview_share", &Thresholds::preview_share, 100,
     "percent of the pods that a preview needs to say anything about load", true},
    {"failure_share", &Thresholds::failure_share, 100,
     "percent of the measurements from which a failureLimit is too high"},
    {"failure_limit", &Thresholds::failure_limit, 1000,
     "failures from which a failureLimit is too high where there is no count"},
    {"inconclusive_share", &Thresholds::inconclusive_share, 100,
     "percent of the measurements that may be inconclusive without a pause"},
    {"error_limit", &Thresholds::error_limit, 1000, "errors in a row that a metric may survive"},
    {"background_share", &Thresholds::background_share, 100,
     "percent of the steps that a background metric has to cover", true},
    {"scrape_interval", &Thresholds::scrape_interval, most_seconds,
     "seconds between two scrapes of Prometheus", true},
    {"scrapes_per_window", &Thresholds::scrapes_per_window, 1000,
     "scrapes that the window of a rate needs", true},
    {"intervals_per_window", &Thresholds::intervals_per_window, 1000,
     "intervals that the window of a query may span"},
    {"long_window", &Thresholds::long_window, most_seconds,
     "seconds of data that make a single measurement count", true},
    {"long_analysis", &Thresholds::long_analysis, most_seconds,
     "seconds from which an analysis in a step is long"},
    {"regression", &Thresholds::regression, 100,
     "percent of failing requests that the gates of a rollout have to catch"},
};

}  // namespace backout
