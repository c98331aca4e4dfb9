/// Reading what a control group has used.

#include "runtime/oci/cgroups.hpp"

#include "runtime/process/files.hpp"

#include <charconv>
#include <sstream>
#include <string_view>

namespace troupe::runtime::oci {
namespace {

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::uint64_t read_number(const std::string& path) {
  const auto text = read_file(path);
  return text ? number(*text) : 0;
}

/// The number after `name ` at the beginning of a line.
std::uint64_t read_field(const std::string& path, std::string_view name) {
  const auto text = read_file(path);
  std::istringstream lines(text ? *text : "");
  for (std::string line; std::getline(lines, line);) {
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ' ') {
      return number(std::string_view(line).substr(name.size() + 1));
    }
  }
  return 0;
}

std::uint64_t host_memory_bytes() {
  const auto text = read_file("/proc/meminfo");
  const std::size_t at = text ? text->find_first_of("0123456789") : std::string::npos;
  return at == std::string::npos ? 0 : number(std::string_view(*text).substr(at)) * 1024;
}

/// "No limit" is a number near 2^63 or the word max; people expect the host's memory.
std::uint64_t limit_or_host(const std::string& path) {
  const std::uint64_t limit = read_number(path);
  const std::uint64_t host = host_memory_bytes();
  return limit == 0 || limit > host ? host : limit;
}

/// As Docker: page cache that can be dropped at once is not use.
std::uint64_t without_cache(std::uint64_t used, std::uint64_t inactive_file) {
  return used > inactive_file ? used - inactive_file : used;
}

}  // namespace

bool Cgroups::ran_out_of_memory(const std::string& group) const {
  const std::string at = path("memory", group);
  return read_field(at + (mode_ == CgroupMode::unified ? "/memory.events" : "/memory.oom_control"),
                    "oom_kill") > 0;
}

Stats Cgroups::stats(const std::string& group) const {
  Stats stats = mode_ == CgroupMode::unified ? stats_unified(group) : stats_v1(group);
  stats.read_at = std::chrono::system_clock::now();
  return stats;
}

Stats Cgroups::stats_v1(const std::string& group) const {
  Stats stats;
  const std::string memory = path("memory", group);
  stats.cpu_ns = read_number(path("cpuacct", group) + "/cpuacct.usage");
  stats.memory_bytes = without_cache(read_number(memory + "/memory.usage_in_bytes"),
                                     read_field(memory + "/memory.stat", "total_inactive_file"));
  stats.memory_max_bytes = read_number(memory + "/memory.max_usage_in_bytes");
  stats.memory_limit_bytes = limit_or_host(memory + "/memory.limit_in_bytes");
  stats.processes = read_number(path("pids", group) + "/pids.current");
  const auto text = read_file(path("blkio", group) + "/blkio.throttle.io_service_bytes_recursive");
  std::istringstream lines(text ? *text : "");
  std::string device;
  std::string kind;
  for (std::uint64_t bytes = 0; lines >> device >> kind >> bytes;) {
    stats.block_read_bytes += kind == "Read" ? bytes : 0;
    stats.block_write_bytes += kind == "Write" ? bytes : 0;
  }
  return stats;
}

Stats Cgroups::stats_unified(const std::string& group) const {
  Stats stats;
  const std::string at = path("", group);
  stats.cpu_ns = read_field(at + "/cpu.stat", "usage_usec") * 1000;
  stats.memory_bytes =
      without_cache(read_number(at + "/memory.current"), read_field(at + "/memory.stat", "inactive_file"));
  stats.memory_max_bytes = read_number(at + "/memory.peak");
  stats.memory_limit_bytes = limit_or_host(at + "/memory.max");
  stats.processes = read_number(at + "/pids.current");
  const auto text = read_file(at + "/io.stat");
  std::istringstream words(text ? *text : "");
  for (std::string word; words >> word;) {
    if (word.starts_with("rbytes=")) {
      stats.block_read_bytes += number(std::string_view(word).substr(7));
    } else if (word.starts_with("wbytes=")) {
      stats.block_write_bytes += number(std::string_view(word).substr(7));
    }
  }
  return stats;
}

}  // namespace troupe::runtime::oci
