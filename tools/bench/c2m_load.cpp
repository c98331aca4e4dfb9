/// Calls and probes.

#include "tools/bench/c2m_load.hpp"

#include <caf/all.hpp>

namespace troupe::tools::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto probe_every = 10ms;
constexpr auto look_again = 1ms;
constexpr std::size_t tasks_of_a_probe = 10;

class Caller : public caf::event_based_actor {
 public:
  Caller(caf::actor_config& config, std::shared_ptr<CallLoad::State> state, RegistryActor registry,
         std::size_t window)
      : event_based_actor(config),
        state_(std::move(state)),
        registry_(std::move(registry)),
        window_(window) {}

  caf::behavior make_behavior() override {
    for (std::size_t i = 0; i < window_ && call(); ++i) {
    }
    finish_if_idle();
    return {[](Tick) {}};
  }

  void on_exit() override {
    registry_ = nullptr;
    state_->done = true;
  }

 private:
  bool call() {
    auto command = state_->problem.empty() ? state_->next() : std::nullopt;
    if (!command) return false;
    ++state_->under_way;
    const auto asked = Clock::now();
    request(registry_, caf::infinite,
            AskCluster{"default", std::make_shared<const core::ClusterCommand>(std::move(*command))})
        .then(
            [this, asked](const Answer& reply) {
              state_->latencies.add(Clock::now() - asked);
              const auto* tasks = *reply ? std::get_if<core::TasksReply>(&**reply) : nullptr;
              if (tasks != nullptr && !tasks->failures.empty()) {
                state_->problem = tasks->failures.front().reason.value_or("refused");
              } else if (*reply) {
                state_->take(**reply);
              } else {
                state_->problem = reply->error().message;
              }
              go_on();
            },
            [this](caf::error& why) {
              state_->problem = system().render(why);
              go_on();
            });
    return true;
  }

  void go_on() {
    --state_->under_way;
    if (!call()) finish_if_idle();
  }

  void finish_if_idle() {
    if (state_->under_way == 0) quit();
  }

  std::shared_ptr<CallLoad::State> state_;
  RegistryActor registry_;
  std::size_t window_;
};

}  // namespace

CallLoad::CallLoad(C2mCluster& cluster, std::size_t window, Next next, Take take) {
  state_->next = std::move(next);
  state_->take = std::move(take);
  cluster.system().spawn<Caller>(state_, cluster.registry(), window);
}

CallLoad::~CallLoad() {
  while (!state_->done) std::this_thread::sleep_for(look_again);
}

DescribeProbe::DescribeProbe(C2mCluster& cluster) : cluster_(cluster), thread_([this] { run(); }) {}

DescribeProbe::~DescribeProbe() {
  finish();
}

void DescribeProbe::look_at(const std::vector<core::TaskPtr>& tasks) {
  const std::lock_guard lock(mutex_);
  tasks_.clear();
  for (const auto& task : tasks) {
    if (tasks_.size() < tasks_of_a_probe) tasks_.push_back(core::to_string(task->id));
  }
}

const Latencies& DescribeProbe::finish() {
  over_ = true;
  if (thread_.joinable()) thread_.join();
  return latencies_;
}

void DescribeProbe::run() {
  for (auto next = Clock::now(); !over_; next += probe_every) {
    std::this_thread::sleep_until(next);
    core::DescribeTasks query;
    {
      const std::lock_guard lock(mutex_);
      query.tasks = tasks_;
    }
    // From when it was due: while one answer is late, the next ones are too.
    if (!query.tasks.empty() && cluster_.ask(std::move(query))) latencies_.add(Clock::now() - next);
  }
}

}  // namespace troupe::tools::bench
