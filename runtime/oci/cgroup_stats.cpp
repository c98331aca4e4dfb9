/// Reading what a control group has used. Each file is read once, in one piece, and
/// nothing is kept: a host with a thousand containers reads some ten thousand files.

#include "runtime/oci/cgroups.hpp"

#include "runtime/process/files.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace troupe::runtime::oci {
namespace {

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string text_in(const std::string& path) {
  auto text = read_file(path);
  return text ? std::move(*text) : std::string();
}

std::uint64_t read_number(const std::string& path) {
  return number(text_in(path));
}

/// The next piece of `rest` up to `separator`, which is taken from it.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::string_view piece = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
  return piece;
}

/// The number after `name ` at the beginning of a line.
std::uint64_t field(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ' ') {
      return number(line.substr(name.size() + 1));
    }
  }
  return 0;
}

std::uint64_t host_memory_bytes() {
  static const std::uint64_t bytes = [] {
    const std::string text = text_in("/proc/meminfo");
    const std::size_t at = text.find_first_of("0123456789");
    return at == std::string::npos ? 0 : number(std::string_view(text).substr(at)) * 1024;
  }();
  return bytes;
}

/// "No limit" is a number near 2^63 or the word max; people expect the host's memory.
std::uint64_t limit_or_host(const std::string& path) {
  const std::uint64_t limit = read_number(path);
  const std::uint64_t host = host_memory_bytes();
  return limit == 0 || limit > host ? host : limit;
}

/// As Docker: page cache that can be dropped at once is not use.
void set_memory(Stats& stats, std::uint64_t used, std::uint64_t inactive_file) {
  stats.memory_inactive_file_bytes = std::min(used, inactive_file);
  stats.memory_bytes = used - stats.memory_inactive_file_bytes;
}

std::uint64_t in_nanoseconds(std::uint64_t ticks) {
  static const auto each = 1'000'000'000U / static_cast<std::uint64_t>(std::max(1L, sysconf(_SC_CLK_TCK)));
  return ticks * each;
}

/// "1 2 3 ": one number for each processor.
std::vector<std::uint64_t> numbers(std::string_view text) {
  std::vector<std::uint64_t> all;
  while (!text.empty()) {
    const std::string_view word = take_until(text, ' ');
    if (!word.empty() && word.front() >= '0' && word.front() <= '9') {
      all.push_back(number(word));
    }
  }
  return all;
}

/// Lines "8:0 Read 4096".
void add_block_io_v1(std::string_view text, Stats& stats) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    take_until(line, ' ');
    const std::string_view kind = take_until(line, ' ');
    stats.block_read_bytes += kind == "Read" ? number(line) : 0;
    stats.block_write_bytes += kind == "Write" ? number(line) : 0;
  }
}

/// Lines "8:0 rbytes=4096 wbytes=0 rios=1 …".
void add_block_io_unified(std::string_view text, Stats& stats) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    while (!line.empty()) {
      const std::string_view word = take_until(line, ' ');
      stats.block_read_bytes += word.starts_with("rbytes=") ? number(word.substr(7)) : 0;
      stats.block_write_bytes += word.starts_with("wbytes=") ? number(word.substr(7)) : 0;
    }
  }
}

/// Of a line "5:cpu,memory:/a/b" the group, when `controller` is among its controllers;
/// v2's line has none.
std::optional<std::string_view> group_in(std::string_view line, std::string_view controller) {
  take_until(line, ':');
  std::string_view controllers = take_until(line, ':');
  if (controllers.empty() && controller.empty()) {
    return line;
  }
  while (!controllers.empty()) {
    if (take_until(controllers, ',') == controller) {
      return line;
    }
  }
  return std::nullopt;
}

}  // namespace

bool Cgroups::ran_out_of_memory(const std::string& group) const {
  const std::string at = path("memory", group);
  const char* file = mode_ == CgroupMode::unified ? "/memory.events" : "/memory.oom_control";
  return field(text_in(at + file), "oom_kill") > 0;
}

std::string Cgroups::group_of(int pid) const {
  const std::string text = text_in("/proc/" + std::to_string(pid) + "/cgroup");
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto group =
        group_in(take_until(rest, '\n'), mode_ == CgroupMode::unified ? std::string_view() : "memory");
    if (group) {
      const std::string found(*group);
      return found.size() > 1 && access(path("memory", found).c_str(), F_OK) == 0 ? found : std::string();
    }
  }
  return {};
}

Stats Cgroups::stats(const std::string& group) const {
  Stats stats = mode_ == CgroupMode::unified ? stats_unified(group) : stats_v1(group);
  stats.read_at = std::chrono::system_clock::now();
  return stats;
}

Stats Cgroups::stats_v1(const std::string& group) const {
  Stats stats;
  const std::string memory = path("memory", group);
  const std::string cpu = path("cpuacct", group);
  stats.cpu_ns = read_number(cpu + "/cpuacct.usage");
  stats.cpu_per_core_ns = numbers(text_in(cpu + "/cpuacct.usage_percpu"));
  const std::string times = text_in(cpu + "/cpuacct.stat");
  stats.cpu_user_ns = in_nanoseconds(field(times, "user"));
  stats.cpu_system_ns = in_nanoseconds(field(times, "system"));
  set_memory(stats, read_number(memory + "/memory.usage_in_bytes"),
             field(text_in(memory + "/memory.stat"), "total_inactive_file"));
  stats.memory_max_bytes = read_number(memory + "/memory.max_usage_in_bytes");
  stats.memory_limit_bytes = limit_or_host(memory + "/memory.limit_in_bytes");
  stats.processes = read_number(path("pids", group) + "/pids.current");
  add_block_io_v1(text_in(path("blkio", group) + "/blkio.throttle.io_service_bytes_recursive"), stats);
  return stats;
}

Stats Cgroups::stats_unified(const std::string& group) const {
  Stats stats;
  const std::string at = path("", group);
  const std::string times = text_in(at + "/cpu.stat");
  stats.cpu_ns = field(times, "usage_usec") * 1000;
  stats.cpu_user_ns = field(times, "user_usec") * 1000;
  stats.cpu_system_ns = field(times, "system_usec") * 1000;
  set_memory(stats, read_number(at + "/memory.current"),
             field(text_in(at + "/memory.stat"), "inactive_file"));
  stats.memory_max_bytes = std::max(read_number(at + "/memory.peak"), stats.memory_bytes);
  stats.memory_limit_bytes = limit_or_host(at + "/memory.max");
  stats.processes = read_number(at + "/pids.current");
  add_block_io_unified(text_in(at + "/io.stat"), stats);
  return stats;
}

}  // namespace troupe::runtime::oci
