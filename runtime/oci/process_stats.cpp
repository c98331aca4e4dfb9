/// /proc/PID/net/dev.

#include "runtime/oci/process_stats.hpp"

#include "runtime/process/files.hpp"

#include <sys/stat.h>

#include <array>
#include <charconv>
#include <string_view>

namespace troupe::runtime::oci {
namespace {

constexpr std::size_t columns = 16;
constexpr std::size_t header_lines = 2;

std::uint64_t namespace_of(const std::string& process) {
  struct stat entry {};
  return stat(("/proc/" + process + "/ns/net").c_str(), &entry) == 0 ? entry.st_ino : 0;
}

std::string_view without_spaces(std::string_view text) {
  const auto start = text.find_first_not_of(' ');
  return start == std::string_view::npos ? std::string_view{} : text.substr(start);
}

/// "  eth0: 84 2 0 …": eight columns received, eight sent.
InterfaceStats interface_in(std::string_view line, std::size_t colon) {
  std::array<std::uint64_t, columns> values{};
  const char* at = line.data() + colon + 1;
  const char* const end = line.data() + line.size();
  for (auto& value : values) {
    while (at != end && *at == ' ') {
      ++at;
    }
    at = std::from_chars(at, end, value).ptr;
  }
  InterfaceStats stats;
  stats.name = without_spaces(line.substr(0, colon));
  stats.rx_bytes = values[0];
  stats.rx_packets = values[1];
  stats.rx_errors = values[2];
  stats.rx_dropped = values[3];
  stats.tx_bytes = values[8];
  stats.tx_packets = values[9];
  stats.tx_errors = values[10];
  stats.tx_dropped = values[11];
  return stats;
}

}  // namespace

std::vector<InterfaceStats> interfaces_of(int pid) {
  std::vector<InterfaceStats> all;
  const std::string process = std::to_string(pid);
  static const std::uint64_t host = namespace_of("self");
  const std::uint64_t own = namespace_of(process);
  if (own == 0 || own == host) {
    return all;
  }
  const auto text = read_file("/proc/" + process + "/net/dev");
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  for (std::size_t number = 0; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t colon = line.find(':');
    if (number < header_lines || colon == std::string_view::npos) {
      continue;
    }
    if (without_spaces(line.substr(0, colon)) != "lo") {
      all.push_back(interface_in(line, colon));
    }
  }
  return all;
}

}  // namespace troupe::runtime::oci
