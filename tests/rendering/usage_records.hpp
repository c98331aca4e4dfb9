#pragma once

/// A cluster of one instance and one task that uses something, for tests of what shows it.

#include "actors/core/usage/usage_commands.hpp"
#include "tests/rendering/records.hpp"

namespace troupe::testing {

inline core::ContainerUsage nginx_usage() {
  core::ContainerUsage usage;
  usage.name = "nginx";
  usage.figures.cpu_units.add(100);
  usage.figures.cpu_units.add(200);
  usage.figures.memory_bytes.add(4096);
  usage.totals = {1'000, 2'000, 3'000, 4'000};
  usage.memory_limit_bytes = 128 << 20;
  usage.processes = 3;
  return usage;
}

inline core::UsageReply used_cluster() {
  core::UsageReply reply;
  reply.cluster = "prod";
  reply.at = core::from_epoch_ms(1'768'464'560'000);
  auto usage = std::make_shared<core::InstanceUsage>();
  usage->at = reply.at;
  core::FiguresSum sum;
  sum.add(nginx_usage().figures);
  usage->latest = sum.sample();
  const std::int64_t minute = 1'768'464'540 / 60;
  usage->minutes = {{minute, usage->latest}};
  usage->tasks[web_task()->id] = {{"nginx", nginx_usage(), {{minute, nginx_usage().figures}}},
                                  {"side", std::nullopt, {}}};
  reply.instances = {{host_instance(), usage}};
  reply.tasks = {web_task()};
  reply.tasks_by_status = {{core::TaskStatus::RUNNING, 1}, {core::TaskStatus::STOPPED, 4}};
  reply.services = {{"shop", core::ServiceStatus::ACTIVE, 3, 2, 1}};
  return reply;
}

}  // namespace troupe::testing
