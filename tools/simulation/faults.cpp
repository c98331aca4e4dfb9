/// Each fault, and its mending.

#include "tools/simulation/faults.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace troupe::simulation {

using namespace std::chrono_literals;

Faults::Faults(VirtualCluster& world, Referee& referee, const Workload& workload, std::uint64_t seed)
    : world_(world), referee_(referee), workload_(workload), dice_(seed), usual_jobs_(world.jobs()) {
  world.watch(this);
}

core::Millis Faults::draw(core::Millis least, core::Millis most) {
  const auto span = static_cast<std::uint64_t>((most - least).count());
  return least + core::Millis{static_cast<std::int64_t>(dice_.below(span + 1))};
}

SimulatedHost& Faults::draw_host() {
  auto at = world_.hosts().begin();
  std::advance(at, static_cast<std::ptrdiff_t>(dice_.below(world_.hosts().size())));
  return *at->second;
}

void Faults::strike() {
  struct Row {
    const char* name;
    void (Faults::*strike)();
  };
  constexpr std::array<Row, 12> table{{{"server crashes", &Faults::crash_server},
                                       {"server crashes at a write", &Faults::crash_server_at_a_write},
                                       {"disk fails", &Faults::break_disk},
                                       {"line is cut", &Faults::cut_line},
                                       {"line is blocked", &Faults::block_line},
                                       {"agent crashes", &Faults::crash_agent},
                                       {"host is lost", &Faults::lose_host},
                                       {"actor is killed", &Faults::kill_actor},
                                       {"container ends", &Faults::end_container},
                                       {"image is spoilt", &Faults::spoil_image},
                                       {"hosts are slow", &Faults::slow_down},
                                       {"clock is stepped", &Faults::step_clock}}};
  const auto& row = table[dice_.below(table.size())];
  ++counts_[row.name];
  world_.note(std::string{"fault: "} + row.name);
  (this->*row.strike)();
}

void Faults::crash_server() {
  world_.in_the_midst(dice_.below(200), [this] {
    if (!ended_) world_.crash_server();
  });
}

void Faults::crash_server_at_a_write() {
  world_.disk().crash_in(dice_.below(12), dice_.below(2) == 0 ? Disk::Reached::no : Disk::Reached::yes);
}

void Faults::server_lost() {
  world_.after(draw(100ms, 20s), [this] { world_.start_server(); });
}

void Faults::break_disk() {
  world_.disk().refuses = true;
  world_.after(draw(100ms, 30s), [this] { world_.disk().refuses = false; });
}

void Faults::cut_line() {
  auto& host = draw_host();
  world_.note("line of " + host.name());
  world_.in_the_midst(dice_.below(50), [&host] { host.link().cut(); });
}

void Faults::block_line() {
  auto& host = draw_host();
  host.link().block_for(draw(1s, 120s));
  if (dice_.below(2) == 0) host.link().set_timing({1ms, draw(20ms, 3s), 20s});
}

void Faults::crash_agent() {
  auto& host = draw_host();
  world_.note("agent of " + host.name());
  world_.in_the_midst(dice_.below(50), [this, &host] {
    if (ended_) return;
    host.crash();
    referee_.agent_crashed(host.name());
    world_.after(draw(100ms, 120s), [&host] { host.start(); });
  });
}

void Faults::lose_host() {
  auto& host = draw_host();
  world_.note("host " + host.name());
  world_.in_the_midst(dice_.below(50), [this, &host] {
    if (ended_) return;
    host.lose();
    referee_.host_lost(host.name());
    world_.after(draw(10s, 300s), [&host] { host.start(); });
  });
}

/// One that is at work: tried for a while, because few are at any moment.
void Faults::kill_actor() {
  constexpr std::array<const char*, 9> mortals{
      "task",  "service", "cluster",     "scheduler",   "container_instance",
      "agent", "engine",  "task_runner", "event_stream"};
  const std::string name = mortals[dice_.below(mortals.size())];
  const auto done = std::make_shared<bool>(false);
  for (std::uint64_t messages = dice_.below(5); messages < 300; messages += 1 + dice_.below(5)) {
    world_.in_the_midst(messages, [this, name, done] {
      const auto victim = *done || ended_ ? nullptr : world_.busy(name);
      if (!victim) return;
      *done = true;
      world_.note("killed: " + name + " " + std::to_string(victim->id()));
      world_.kill(victim);
    });
  }
}

void Faults::end_container() {
  auto& host = draw_host();
  auto all = *host.containers().list();
  std::erase_if(all, [](const auto& one) { return one.state != runtime::ContainerState::running; });
  if (all.empty()) return;
  (void)host.runtime().finish(all[dice_.below(all.size())].id, static_cast<int>(dice_.below(3)));
}

void Faults::spoil_image() {
  const auto& images = workload_.images();
  const auto& image = images[dice_.below(images.size())];
  auto script = Workload::good_script(image);
  const runtime::ScriptedFailure failure{{runtime::FailureKind::failed, "it does not work"},
                                         static_cast<unsigned>(1 + dice_.below(6))};
  switch (dice_.below(5)) {
    case 0:
      script.pull_failure = failure;
      break;
    case 1:
      script.create_failure = failure;
      break;
    case 2:
      script.start_failure = failure;
      break;
    case 3:
      script.exec_exit_code = 1;
      break;
    default:
      script.run_time = draw(1s, 60s);
      script.exit_code = 1;
      break;
  }
  world_.note("image " + image);
  for (const auto& [name, host] : world_.hosts()) host->set_script(image, script);
  world_.after(draw(5s, 120s), [this, image] {
    for (const auto& [name, host] : world_.hosts()) host->set_script(image, Workload::good_script(image));
  });
}

void Faults::slow_down() {
  for (auto& timing : world_.jobs()) timing.most = timing.least + draw(1s, 40s);
  world_.after(draw(5s, 90s), [this] { world_.jobs() = usual_jobs_; });
}

void Faults::step_clock() {
  world_.step_clock(draw(0ms, 20min) - 10min);
}

void Faults::end() {
  ended_ = true;
  world_.disk().calm();
  world_.jobs() = usual_jobs_;
  for (const auto& [name, host] : world_.hosts()) {
    host->link().set_timing({});
    host->start();
  }
  world_.start_server();
}

}  // namespace troupe::simulation
