#include "argo/timeline.h"

#include <algorithm>
#include <cmath>

namespace backout::argo {
namespace {

constexpr Seconds error_retry = 10;  // analysis/analysis.go DefaultErrorRetryInterval

struct Reached {
  PodCounts pods;
  double share;
};

Reached reached(const Rollout& rollout, int weight) {
  weight = std::clamp(weight, 0, rollout.routed ? std::max(1, rollout.max_weight) : 100);
  if (!rollout.routed) {
    const bool surge = round_up(rollout.max_surge, rollout.replicas) > 0;
    const PodCounts pods = basic_canary_pods(rollout.replicas, weight, surge);
    return {pods, share(pods)};
  }
  const int parts = std::max(1, rollout.max_weight);
  const int canary = routed_canary_pods(rollout.replicas, weight, parts, rollout.min_pods);
  const int stable = rollout.dynamic_stable_scale
                         ? routed_canary_pods(rollout.replicas, parts - weight, parts)
                         : rollout.replicas;
  return {{canary, stable}, 100.0 * weight / parts};
}

// How long what a step waits for takes. None: for ever. An experiment without a duration waits for
// the analyses it requires; when it requires none, nothing ends it.
std::optional<Seconds> held_up(std::span<const Gate> gates, const Step& step, std::size_t index) {
  if (step.duration) return step.duration;
  const bool experiment = step.kind == Step::Kind::experiment;
  Seconds life = 0;
  bool any = !experiment;
  for (const Gate& gate : gates) {
    if (gate.step != index) continue;
    if (gate.kind != (experiment ? Gate::Kind::experiment : Gate::Kind::step)) continue;
    if (experiment && !gate.required) continue;
    any = true;
    for (const Metric& metric : gate.metrics) {
      const std::optional<Seconds> one = shortest_life(metric);
      if (!one) return std::nullopt;
      life = std::max(life, *one);
    }
  }
  return any ? std::optional<Seconds>(life) : std::nullopt;
}

// Adds a stretch for each step and one for the jump at the end.
void lay_out(const Rollout& rollout, std::span<const Gate> gates, const TimelineOptions& options,
             Timeline& line) {
  const Seconds ready = options.pod_start + rollout.min_ready_seconds;
  Stretch now;
  now.pods = {0, rollout.replicas};
  for (std::size_t i = 0; i <= rollout.steps.size(); ++i) {
    const bool last = i == rollout.steps.size();
    const Step step = last ? Step{Step::Kind::set_weight, 100, {}, nullptr} : rollout.steps[i];
    now.step = i;
    now.begin = now.end;
    now.share_begin = now.share_end;
    now.waits_for_human = now.endless = false;
    Seconds length = 0;
    if (step.kind == Step::Kind::set_weight) {
      const int weight = last && rollout.routed ? std::max(1, rollout.max_weight) : step.weight;
      const Reached next = reached(rollout, weight);
      if (next.pods.canary > now.pods.canary || next.pods.stable > now.pods.stable) length = ready;
      now.weight = weight;
      now.pods = next.pods;
      now.share_end = next.share;
    } else if (step.kind == Step::Kind::pause) {
      now.waits_for_human = !step.duration;
      length = step.duration.value_or(options.human_wait);
    } else if (step.kind == Step::Kind::analysis || step.kind == Step::Kind::experiment) {
      const std::optional<Seconds> life = held_up(gates, step, i);
      now.endless = !life;
      length = life.value_or(0);
    }
    now.end = now.begin + std::max<Seconds>(0, length);
    line.waits_for_human = line.waits_for_human || now.waits_for_human;
    line.endless = line.endless || now.endless;
    if (last) line.floor = now.begin;
    line.stretches.push_back(now);

    Recovery back = recovery(rollout, now.pods, options);
    back.step = i;
    if (!last && back.missing > line.worst.missing) line.worst = back;
  }
}

// The part of the line in which a gate runs.
struct Life {
  Seconds begin, end;
};
Life life_of(const Gate& gate, const Timeline& line) {
  const std::size_t first = std::min(gate.step, line.stretches.size() - 1);
  const Stretch& stretch = line.stretches[first];
  // The last step's end ends a background analysis, whatever it has measured.
  if (gate.kind == Gate::Kind::background)
    return {stretch.begin, std::max(stretch.begin, line.floor)};
  return {stretch.begin, stretch.end};
}

Stop stop_of(const Gate& gate, const Metric& metric, const Timeline& line) {
  const Life life = life_of(gate, line);
  Stop stop;
  stop.begin = life.begin;
  stop.end = life.end;
  if (const auto own = shortest_life(metric)) stop.end = std::min(stop.end, life.begin + *own);
  const Seconds room = stop.end - stop.begin;
  if (metric.initial_delay <= room) {
    stop.measurements = 1;
    if (metric.interval && *metric.interval > 0)
      stop.measurements +=
          static_cast<std::size_t>((room - metric.initial_delay) / *metric.interval + 1e-9);
    if (metric.count > 0)
      stop.measurements = std::min(stop.measurements, static_cast<std::size_t>(metric.count));
  }
  // A background run is over the moment its rollout is: what falls on the end comes too late. A
  // step waits for its run, errors included.
  const bool background = gate.kind == Gate::Kind::background;
  const bool open = line.waits_for_human && background;
  const auto in_time = [&](Seconds after) {
    return !background || open || life.begin + after < life.end;
  };
  if (metric.dry_run) return stop;
  if (const auto after = earliest_failed(metric); after && in_time(*after))
    stop.fails = life.begin + *after;
  if (const Seconds after = earliest_error(metric); in_time(after))
    stop.errors = life.begin + after;
  if (stop.fails) stop.exposure = exposure(line, *stop.fails);
  return stop;
}

}  // namespace

int round_up(Amount amount, int replicas) {
  if (!amount.percent) return amount.value;
  return static_cast<int>((std::int64_t{amount.value} * replicas + 99) / 100);
}
int round_down(Amount amount, int replicas) {
  if (!amount.percent) return amount.value;
  return static_cast<int>(std::int64_t{amount.value} * replicas / 100);
}

std::optional<Seconds> shortest_life(const Metric& metric) {
  if (metric.count <= 0) return std::nullopt;
  return metric.initial_delay + (metric.count - 1) * metric.interval.value_or(0);
}

std::optional<Seconds> earliest_failed(const Metric& metric) {
  if (metric.failure_limit < 0) return std::nullopt;
  if (metric.count > 0 && metric.failure_limit >= metric.count) return std::nullopt;
  return metric.initial_delay + metric.failure_limit * metric.interval.value_or(0);
}

Seconds earliest_error(const Metric& metric) {
  return metric.initial_delay + std::max(0, metric.error_limit) * error_retry;
}

double share_at(const Timeline& line, Seconds time) {
  for (const Stretch& stretch : line.stretches)
    if (time < stretch.end) return stretch.share_begin;
  return line.stretches.empty() ? 0 : line.stretches.back().share_end;
}

double exposure(const Timeline& line, Seconds time) {
  double area = 0;
  for (const Stretch& stretch : line.stretches) {
    if (stretch.begin >= time) break;
    area += stretch.share_begin / 100 * (std::min(time, stretch.end) - stretch.begin);
  }
  if (!line.stretches.empty() && time > line.stretches.back().end)
    area += line.stretches.back().share_end / 100 * (time - line.stretches.back().end);
  return area;
}

Recovery recovery(const Rollout& rollout, PodCounts pods, const TimelineOptions& options) {
  Recovery out;
  out.missing = std::max(0, rollout.replicas - pods.stable);
  if (out.missing == 0) return out;
  if (rollout.routed) {
    out.waves = 1;  // the stable version is scaled up at once; traffic follows as pods get ready
  } else {
    const int surge = round_up(rollout.max_surge, rollout.replicas);
    const int unavailable = round_down(rollout.max_unavailable, rollout.replicas);
    const int wave = std::max(1, surge + unavailable);
    out.waves = (out.missing + wave - 1) / wave;
  }
  out.time = out.waves * (options.pod_start + rollout.min_ready_seconds);
  return out;
}

Timeline timeline(const Rollout& rollout, std::span<const Gate> gates,
                  const TimelineOptions& options) {
  Timeline line;
  lay_out(rollout, gates, options, line);
  for (std::size_t g = 0; g < gates.size(); ++g) {
    if (gates[g].kind == Gate::Kind::pre_promotion || gates[g].kind == Gate::Kind::post_promotion)
      continue;
    for (std::size_t m = 0; m < gates[g].metrics.size(); ++m) {
      Stop stop = stop_of(gates[g], gates[g].metrics[m], line);
      stop.gate = g;
      stop.metric = m;
      line.stops.push_back(stop);
    }
  }
  for (Stretch& stretch : line.stretches) {
    stretch.guarded_until = stretch.begin;
    for (const Stop& stop : line.stops) {
      if ((!stop.fails && !stop.errors) || stop.begin > stretch.begin) continue;
      stretch.guarded_until = std::max(stretch.guarded_until, std::min(stop.end, stretch.end));
      stretch.guarded = stretch.guarded || stop.end >= stretch.end;
    }
  }
  return line;
}

}  // namespace backout::argo
