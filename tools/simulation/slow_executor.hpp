#pragma once

/// Blocking work of a host in virtual time: each job is done when its time has
/// come, and may be caught half-way by a crash.

#include "actors/node/worker_pool.hpp"
#include "runtime/simulated/timeline.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace troupe::simulation {

/// How long the jobs of one lane take.
struct JobTiming {
  std::chrono::milliseconds least{5};
  std::chrono::milliseconds most{50};
};

/// By node::Lane: host, pull, probe.
using JobTimings = std::array<JobTiming, node::lane_count>;

class SlowExecutor : public node::Executor {
 public:
  SlowExecutor(std::shared_ptr<runtime::Timeline> agenda, std::shared_ptr<const JobTimings> timings,
               std::function<std::uint64_t()> chance)
      : agenda_(std::move(agenda)), timings_(std::move(timings)), chance_(std::move(chance)) {}

  void run(node::Lane lane, node::Urgency /*urgency*/, std::function<void()> job) override {
    if (jobs_->stopped) return;
    const auto& timing = (*timings_)[static_cast<std::size_t>(lane)];
    const auto span = static_cast<std::uint64_t>((timing.most - timing.least).count());
    const auto takes =
        timing.least + std::chrono::milliseconds{static_cast<std::int64_t>(chance_() % (span + 1))};
    const auto number = jobs_->last++;
    jobs_->waiting.emplace(number, std::move(job));
    agenda_->at(agenda_->now() + takes, [jobs = jobs_, number] {
      if (auto found = jobs->waiting.extract(number)) found.mapped()();
    });
  }

  /// Each job that was under way was done, or was not.
  void stop() override {
    if (std::exchange(jobs_->stopped, true)) return;
    for (const auto& [number, job] : std::exchange(jobs_->waiting, {})) {
      if (chance_() % 2 == 0) job();
    }
  }

  [[nodiscard]] std::size_t busy() const { return jobs_->waiting.size(); }

 private:
  struct Jobs {
    std::map<std::uint64_t, std::function<void()>> waiting;
    std::uint64_t last = 0;
    bool stopped = false;
  };

  std::shared_ptr<runtime::Timeline> agenda_;
  std::shared_ptr<const JobTimings> timings_;
  std::function<std::uint64_t()> chance_;
  std::shared_ptr<Jobs> jobs_ = std::make_shared<Jobs>();
};

}  // namespace troupe::simulation
