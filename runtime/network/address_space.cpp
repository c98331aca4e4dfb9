/// Parts are claimed through lock files in /run/troupe, which vanish with a
/// reboot as the namespaces do. Such a file names the directory that claims it.

#include "runtime/network/address_space.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <sstream>
#include <vector>

namespace troupe::runtime {
namespace {

constexpr unsigned part_bits = 4;
constexpr unsigned parts = 1U << part_bits;
constexpr std::size_t longest_interface_prefix = 12;  // IFNAMSIZ less digit, "a" and the end.
constexpr const char* lock_directory = "/run/troupe";

struct Block {
  std::uint32_t base = 0;
  unsigned prefix = 0;

  [[nodiscard]] std::uint32_t mask() const { return prefix == 0 ? 0 : ~std::uint32_t{0} << (32U - prefix); }
  [[nodiscard]] bool overlaps(const Block& other) const {
    const std::uint32_t common = mask() & other.mask();
    return (base & common) == (other.base & common);
  }
};

std::optional<Block> parse_block(const std::string& text) {
  const std::size_t slash = text.find('/');
  in_addr network{};
  Block block;
  if (slash == std::string::npos || ::inet_pton(AF_INET, text.substr(0, slash).c_str(), &network) != 1) {
    return std::nullopt;
  }
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + slash + 1, end, block.prefix);
  block.base = ntohl(network.s_addr);
  if (error != std::errc() || rest != end || block.prefix < 8 || block.prefix > 22 ||
      (block.base & ~block.mask()) != 0) {
    return std::nullopt;
  }
  return block;
}

Block part_of(const Block& space, unsigned part) {
  const unsigned prefix = space.prefix + part_bits;
  return {space.base + (part << (32U - prefix)), prefix};
}

BridgeNetwork bridge_network(const Block& part, unsigned half, std::string name) {
  const unsigned prefix = part.prefix + 1;
  const std::uint32_t base = part.base + (half << (32U - prefix));
  return {std::move(name), dotted(base) + "/" + std::to_string(prefix), dotted(base + 1)};
}

struct HostRoute {
  std::string interface;
  Block destination;
};

std::vector<HostRoute> host_routes() {
  std::vector<HostRoute> routes;
  const auto text = read_file("/proc/net/route");
  std::istringstream lines(text.has_value() ? *text : "");
  std::string line;
  std::getline(lines, line);  // Titles.
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string interface, destination, gateway, flags, uses, references, metric, mask;
    fields >> interface >> destination >> gateway >> flags >> references >> uses >> metric >> mask;
    const auto base = ntohl(static_cast<std::uint32_t>(std::strtoul(destination.c_str(), nullptr, 16)));
    const auto bits = static_cast<std::uint32_t>(std::strtoul(mask.c_str(), nullptr, 16));
    routes.push_back({interface, {base, static_cast<unsigned>(__builtin_popcount(bits))}});
  }
  return routes;
}

bool has_namespaces(const std::string& data_directory) {
  std::error_code error;
  const std::filesystem::directory_iterator entries(data_directory + "/namespaces", error);
  return !error && entries != std::filesystem::directory_iterator();
}

std::string claimant_of(const Descriptor& lock) {
  char text[4096];
  const ssize_t size = ::pread(lock.get(), text, sizeof text, 0);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

class Claim {
 public:
  Claim(Block space, std::string interface_prefix, std::string data_directory)
      : space_(space),
        interface_prefix_(std::move(interface_prefix)),
        data_directory_(std::move(data_directory)) {}

  // The locked file of a part that is free or ours; no value: try the next.
  [[nodiscard]] Result<std::optional<Descriptor>> take(unsigned part) const {
    const std::string path = std::string(lock_directory) + "/" + dotted(part_of(space_, part).base) + ".lock";
    Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.valid()) {
      return errno_failure("cannot open " + path, errno);
    }
    // Our own part may be held for a moment by what is left of our predecessor.
    const auto patience = std::chrono::milliseconds{claimant_of(lock) == data_directory_ ? 2000 : 0};
    if (!lock_soon(lock.get(), patience)) {
      return std::optional<Descriptor>();
    }
    const std::string claimant = claimant_of(lock);
    if (claimant != data_directory_ && ((!claimant.empty() && has_namespaces(claimant)) || is_routed(part))) {
      return std::optional<Descriptor>();
    }
    if (::ftruncate(lock.get(), 0) != 0 ||
        ::pwrite(lock.get(), data_directory_.data(), data_directory_.size(), 0) !=
            static_cast<ssize_t>(data_directory_.size())) {
      return errno_failure("cannot write " + path, errno);
    }
    return std::optional<Descriptor>(std::move(lock));
  }

  [[nodiscard]] AddressPart describe(unsigned part, Descriptor lock) const {
    const Block block = part_of(space_, part);
    const std::string name = interface_prefix_ + "0123456789abcdef"[part];
    return {part, bridge_network(block, 0, name), bridge_network(block, 1, name + "a"),
            dotted(block.base) + "/" + std::to_string(block.prefix), std::move(lock)};
  }

 private:
  // Whether the host sends some of these addresses elsewhere than to our bridges.
  [[nodiscard]] bool is_routed(unsigned part) const {
    const std::string ours = interface_prefix_ + "0123456789abcdef"[part];
    for (const HostRoute& route : host_routes()) {
      const bool is_default = route.destination.prefix == 0;
      if (!is_default && route.interface != ours && route.interface != ours + "a" &&
          route.destination.overlaps(part_of(space_, part))) {
        return true;
      }
    }
    return false;
  }

  Block space_;
  std::string interface_prefix_;
  std::string data_directory_;
};

}  // namespace

std::string dotted(std::uint32_t address) {
  const in_addr network{htonl(address)};
  std::array<char, INET_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET, &network, text.data(), text.size());
}

Result<AddressPart> claim_addresses(const std::string& address_space, const std::string& interface_prefix,
                                    const std::string& data_directory) {
  const auto space = parse_block(address_space);
  if (!space) {
    return Failure{FailureKind::invalid, "address space " + address_space + " is not a network of /8 to /22"};
  }
  if (interface_prefix.empty() || interface_prefix.size() > longest_interface_prefix) {
    return Failure{FailureKind::invalid,
                   "interface prefix '" + interface_prefix + "' must have 1 to 12 characters"};
  }
  if (auto made = make_directories(lock_directory); made.has_error()) {
    return made.error();
  }
  const Claim claim(*space, interface_prefix, data_directory);
  const std::string note = data_directory + "/part";
  const auto before = read_file(note);
  const bool known = before.has_value() && !before->empty() && has_namespaces(data_directory);
  const unsigned first =
      before.has_value() ? static_cast<unsigned>(std::strtoul(before->c_str(), nullptr, 10)) % parts : 0;
  for (unsigned step = 0; step < (known ? 1 : parts); ++step) {
    const unsigned part = (first + step) % parts;
    auto lock = claim.take(part);
    if (lock.has_error()) {
      return lock.error();
    }
    if (*lock) {
      if (auto written = write_file_atomically(note, std::to_string(part)); written.has_error()) {
        return written.error();
      }
      return claim.describe(part, std::move(**lock));
    }
  }
  return Failure{FailureKind::conflict,
                 known ? "networks in " + data_directory + " are in use by another process"
                       : "no part of " + address_space + " is free on this host"};
}

std::uint32_t uplink_mtu() {
  constexpr std::uint32_t usual = 1500;
  for (const HostRoute& route : host_routes()) {
    if (route.destination.prefix != 0) {
      continue;
    }
    const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strncpy(request.ifr_name, route.interface.c_str(), IFNAMSIZ - 1);
    if (::ioctl(socket.get(), SIOCGIFMTU, &request) == 0 && request.ifr_mtu >= 576) {
      return static_cast<std::uint32_t>(request.ifr_mtu);
    }
  }
  return usual;
}

}  // namespace troupe::runtime
