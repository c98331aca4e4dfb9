#pragma once

/// What the tasks on one instance take together, kept up to date task by task.

#include "actors/core/records/container_instance.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace troupe::simulation {

class Usage {
 public:
  void add(const core::TaskSize& size) { count(size, 1); }
  void remove(const core::TaskSize& size) { count(size, -1); }

  /// What of `capacity` is taken more than once; empty: nothing is.
  [[nodiscard]] std::string excess(const core::Capacity& capacity) const {
    if (cpu_ > capacity.cpu.count) return told("CPU units", cpu_, capacity.cpu.count);
    if (memory_ > capacity.memory.count) return told("MiB", memory_, capacity.memory.count);
    for (const auto& [port, tasks] : tcp_ports_) {
      if (tasks > 1) return told("tasks on TCP port " + std::to_string(port), tasks, 1);
    }
    return {};
  }
  [[nodiscard]] std::string told() const {
    return std::to_string(cpu_) + " CPU units, " + std::to_string(memory_) + " MiB, " +
           std::to_string(tcp_ports_.size()) + " TCP ports";
  }
  [[nodiscard]] bool none() const { return cpu_ == 0 && memory_ == 0 && tcp_ports_.empty(); }
  [[nodiscard]] std::int64_t cpu() const { return cpu_; }
  [[nodiscard]] std::int64_t memory() const { return memory_; }

 private:
  static std::string told(const std::string& what, std::int64_t taken, std::int64_t there) {
    return std::to_string(taken) + " " + what + " of " + std::to_string(there);
  }
  void count(const core::TaskSize& size, int by) {
    cpu_ += by * size.cpu.count;
    memory_ += by * size.memory.count;
    for (const auto port : size.tcp_ports) {
      if ((tcp_ports_[port] += by) == 0) tcp_ports_.erase(port);
    }
  }

  std::int64_t cpu_ = 0;
  std::int64_t memory_ = 0;
  std::map<std::uint16_t, int> tcp_ports_;
};

}  // namespace troupe::simulation
