/// What is in the columns.

#include "tools/usage_table.hpp"

#include "actors/core/units.hpp"
#include "api/wire/codec/timestamp.hpp"
#include "tools/text_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>

namespace troupe::tools {
namespace {

using api::wire::ContainerUse;
using api::wire::InstanceUse;
using api::wire::TaskUse;
using api::wire::UsedNow;

constexpr const char* unknown = "-";

template <class T>
const std::vector<T>& all_of(const std::optional<std::vector<T>>& list) {
  static const std::vector<T> none;
  return list ? *list : none;
}

std::string formatted(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

/// "950", "12.5K", "1.2G": powers of 1024.
std::string amount(double bytes) {
  constexpr std::array units = {"", "K", "M", "G", "T", "P"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  return formatted(unit == 0 || bytes >= 100 ? "%.0f" : "%.1f", bytes) + units[unit];
}

std::string amount(const std::optional<double>& bytes) {
  return bytes ? amount(*bytes) : unknown;
}

std::string units(const std::optional<double>& cpu) {
  return cpu ? formatted("%.0f", *cpu) : unknown;
}

std::string share(const std::optional<double>& part, double whole) {
  return part && whole > 0 ? formatted("%.0f%%", 100 * *part / whole) : unknown;
}

std::string cpu_of(const std::optional<api::wire::UsageShare>& share) {
  return share ? std::to_string(share->cpuUnits.value_or(0)) : unknown;
}

double memory_bytes(const std::optional<api::wire::UsageShare>& share) {
  if (!share) return 0;
  return static_cast<double>(share->memoryMib.value_or(0)) * static_cast<double>(core::bytes_per_mib);
}

void add_traffic(TableRow& row, const UsedNow& used) {
  for (const auto& rate : {used.receivedBytesPerSecond, used.sentBytesPerSecond, used.readBytesPerSecond,
                           used.writtenBytesPerSecond}) {
    row.push_back(amount(rate));
  }
}

TableRow row_of(const InstanceUse& instance) {
  const auto used = instance.used.value_or(UsedNow{});
  const auto cpu = static_cast<double>(instance.registered ? instance.registered->cpuUnits.value_or(0) : 0);
  const auto memory = memory_bytes(instance.registered);
  const bool connected = instance.agentConnected.value_or(false);
  TableRow row{last_part(instance.containerInstanceArn),
               printable(instance.ec2InstanceId.value_or(unknown)),
               instance.status.value_or("") + (connected ? "" : " (no agent)"),
               std::to_string(instance.runningTasksCount.value_or(0)) + "+" +
                   std::to_string(instance.pendingTasksCount.value_or(0)),
               cpu_of(instance.registered),
               cpu_of(instance.reserved),
               units(used.cpuUnits),
               share(used.cpuUnits, cpu),
               amount(memory),
               amount(memory_bytes(instance.reserved)),
               amount(used.memoryBytes),
               share(used.memoryBytes, memory)};
  add_traffic(row, used);
  return row;
}

TableRow row_of(const TaskUse& task) {
  const auto used = task.used.value_or(UsedNow{});
  TableRow row{last_part(task.taskArn),
               printable(task.group.value_or("")),
               task.lastStatus.value_or(""),
               last_part(task.containerInstanceArn).substr(0, 8),
               cpu_of(task.reserved),
               units(used.cpuUnits),
               amount(memory_bytes(task.reserved)),
               amount(used.memoryBytes)};
  add_traffic(row, used);
  return row;
}

TableRow row_of(const ContainerUse& container) {
  const auto used = container.used.value_or(UsedNow{});
  TableRow row{"  " + printable(container.name.value_or("")),
               "",
               "",
               "",
               "",
               units(used.cpuUnits),
               "",
               amount(used.memoryBytes)};
  add_traffic(row, used);
  return row;
}

void append(std::vector<std::string>& lines, std::vector<std::string> more) {
  std::ranges::move(more, std::back_inserter(lines));
}

double key_of(const TaskUse& task, UsageOrder order) {
  const auto used = task.used.value_or(UsedNow{});
  switch (order) {
    case UsageOrder::cpu:
      return used.cpuUnits.value_or(-1);
    case UsageOrder::memory:
      return used.memoryBytes.value_or(-1);
    case UsageOrder::network:
      return used.receivedBytesPerSecond.value_or(0) + used.sentBytesPerSecond.value_or(0);
    case UsageOrder::io:
      return used.readBytesPerSecond.value_or(0) + used.writtenBytesPerSecond.value_or(0);
    case UsageOrder::name:
      break;
  }
  return 0;
}

std::vector<TaskUse> in_order(std::vector<TaskUse> tasks, UsageOrder order) {
  std::ranges::sort(tasks, {}, &TaskUse::group);
  std::ranges::stable_sort(tasks, std::greater{}, [&](const TaskUse& task) { return key_of(task, order); });
  return tasks;
}

}  // namespace

std::optional<UsageOrder> parse_usage_order(std::string_view text) {
  if (text == "cpu") return UsageOrder::cpu;
  if (text == "memory") return UsageOrder::memory;
  if (text == "network") return UsageOrder::network;
  if (text == "io") return UsageOrder::io;
  if (text == "name") return UsageOrder::name;
  return std::nullopt;
}

std::vector<std::string> usage_table(const api::wire::ReadUsageResponse& usage, UsageOrder order) {
  const auto& instances = all_of(usage.containerInstances);
  const auto& tasks = all_of(usage.tasks);
  std::vector<std::string> lines;
  lines.push_back("cluster " + printable(usage.clusterName.value_or("")) + ": " +
                  std::to_string(instances.size()) + " instances, " + std::to_string(tasks.size()) +
                  " tasks, at " + api::wire::iso_seconds(usage.at.value_or(core::Time{})));
  lines.emplace_back();
  std::vector<TableRow> rows{{"INSTANCE", "HOST", "STATUS", "TASKS", "CPU", "RESERVED", "USED", "", "MEMORY",
                              "RESERVED", "USED", "", "NET IN/S", "OUT/S", "READ/S", "WRITE/S"}};
  for (const auto& instance : instances) rows.push_back(row_of(instance));
  constexpr std::size_t left_of_instances = 3;
  append(lines, table_lines(rows, left_of_instances));
  lines.emplace_back();
  rows = {{"TASK", "GROUP", "STATUS", "INSTANCE", "CPU", "USED", "MEMORY", "USED", "NET IN/S", "OUT/S",
           "READ/S", "WRITE/S"}};
  for (const auto& task : in_order(tasks, order)) {
    rows.push_back(row_of(task));
    // One container uses what its task uses.
    if (all_of(task.containers).size() < 2) continue;
    for (const auto& container : all_of(task.containers)) rows.push_back(row_of(container));
  }
  constexpr std::size_t left_of_tasks = 4;
  append(lines, table_lines(rows, left_of_tasks));
  return lines;
}

}  // namespace troupe::tools
