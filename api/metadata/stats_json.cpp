/// Container stats in the shape of the Docker Engine API, which the endpoint passes on.

#include "api/metadata/metadata_json.hpp"
#include "api/wire/codec/escape.hpp"
#include "api/wire/codec/timestamp.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace troupe::api::metadata {
namespace {

class Writer {
 public:
  Writer& open(std::string_view name) {
    key(name);
    out_ += '{';
    first_ = true;
    return *this;
  }
  Writer& close() {
    out_ += '}';
    first_ = false;
    return *this;
  }
  Writer& number(std::string_view name, std::uint64_t value) {
    key(name);
    out_ += std::to_string(value);
    return *this;
  }
  Writer& text(std::string_view name, std::string_view value) {
    key(name);
    wire::write_string(value, out_);
    return *this;
  }
  /// With two decimals.
  Writer& decimal(std::string_view name, double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.2f", value);
    return raw(name, text.data());
  }
  Writer& raw(std::string_view name, std::string_view json) {
    key(name);
    out_ += json;
    return *this;
  }
  [[nodiscard]] std::string finished() && {
    out_ += '}';
    return std::move(out_);
  }

 private:
  void key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    wire::write_string(name, out_);
    out_ += ':';
  }
  std::string out_ = "{";
  bool first_ = true;
};

std::string block_io(const ContainerStats& stats) {
  const auto entry = [](std::string_view operation, std::uint64_t bytes) {
    return R"({"major":0,"minor":0,"op":")" + std::string{operation} + R"(","value":)" +
           std::to_string(bytes) + "}";
  };
  return "[" + entry("Read", stats.block_read_bytes) + "," + entry("Write", stats.block_write_bytes) + "]";
}

std::string list_of(const std::vector<std::uint64_t>& values) {
  std::string out = "[";
  for (const auto value : values) {
    if (out.size() > 1) out += ',';
    out += std::to_string(value);
  }
  return out + "]";
}

void write_cpu(Writer& out, std::string_view name, const ContainerStats& stats) {
  out.open(name).open("cpu_usage").number("total_usage", stats.cpu_ns);
  if (!stats.cpu_per_core_ns.empty()) out.raw("percpu_usage", list_of(stats.cpu_per_core_ns));
  out.number("usage_in_kernelmode", stats.cpu_system_ns).number("usage_in_usermode", stats.cpu_user_ns);
  out.close().number("system_cpu_usage", stats.host_cpu_ns).number("online_cpus", stats.host_cpus).close();
}

/// `usage` is with the cache; Docker's clients subtract it again.
void write_memory(Writer& out, const ContainerStats& stats) {
  out.open("memory_stats").number("usage", stats.memory_bytes + stats.memory_inactive_file_bytes);
  out.number("max_usage", stats.memory_max_bytes).open("stats");
  out.number("inactive_file", stats.memory_inactive_file_bytes);
  out.number("total_inactive_file", stats.memory_inactive_file_bytes).close();
  out.number("limit", stats.memory_limit_bytes).close();
}

void write_networks(Writer& out, const ContainerStats& stats) {
  if (stats.interfaces.empty()) return;
  out.open("networks");
  for (const auto& one : stats.interfaces) {
    out.open(one.name).number("rx_bytes", one.rx_bytes).number("rx_packets", one.rx_packets);
    out.number("rx_errors", one.rx_errors).number("rx_dropped", one.rx_dropped);
    out.number("tx_bytes", one.tx_bytes).number("tx_packets", one.tx_packets);
    out.number("tx_errors", one.tx_errors).number("tx_dropped", one.tx_dropped).close();
  }
  out.close();
}

std::uint64_t carried(const ContainerStats& stats, std::uint64_t InterfaceStats::*direction) {
  std::uint64_t bytes = 0;
  for (const auto& one : stats.interfaces) bytes += one.*direction;
  return bytes;
}

/// A counter that went back began anew: nothing is known of the time between.
double rate(std::uint64_t before, std::uint64_t now, double seconds) {
  return now > before ? static_cast<double>(now - before) / seconds : 0.0;
}

void write_rates(Writer& out, const ContainerStats& before, const ContainerStats& now) {
  const double seconds = std::chrono::duration<double>(now.read_at - before.read_at).count();
  if (seconds <= 0 || now.interfaces.empty()) return;
  const auto of = [&](std::uint64_t InterfaceStats::*direction) {
    return rate(carried(before, direction), carried(now, direction), seconds);
  };
  out.open("network_rate_stats").decimal("rx_bytes_per_sec", of(&InterfaceStats::rx_bytes));
  out.decimal("tx_bytes_per_sec", of(&InterfaceStats::tx_bytes)).close();
}

}  // namespace

std::string stats_json(const std::string& id, const std::optional<ContainerReading>& read) {
  if (!read) return "null";
  const auto& now = read->now;
  const auto before = read->before.value_or(ContainerStats{});
  Writer out;
  out.text("read", wire::iso_millis(now.read_at));
  out.text("preread", read->before ? wire::iso_millis(before.read_at) : "0001-01-01T00:00:00Z");
  out.text("name", "/" + id).text("id", id);
  out.open("pids_stats").number("current", now.processes).close();
  write_cpu(out, "cpu_stats", now);
  write_cpu(out, "precpu_stats", before);
  write_memory(out, now);
  write_networks(out, now);
  if (read->before) write_rates(out, before, now);
  out.open("blkio_stats").raw("io_service_bytes_recursive", block_io(now)).close();
  return std::move(out).finished();
}

std::string task_stats_json(const std::vector<std::pair<std::string, std::optional<ContainerReading>>>& all) {
  Writer out;
  for (const auto& [id, read] : all) out.raw(id, stats_json(id, read));
  return std::move(out).finished();
}

}  // namespace troupe::api::metadata
