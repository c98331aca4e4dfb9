#include "runtime/docker/metadata_rules.hpp"

#include "runtime/network/namespaces.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <nftables/libnftables.h>

#include <algorithm>
#include <memory>

namespace troupe::runtime::docker {
namespace {

constexpr const char* kMetadataAddress = "169.254.170.2";

/// Which interface of this host has the address; empty: none (yet).
std::string interface_with(const std::string& address) {
  in_addr wanted{};
  ifaddrs* all = nullptr;
  if (inet_pton(AF_INET, address.c_str(), &wanted) != 1 || getifaddrs(&all) != 0) {
    return {};
  }
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owned(all, freeifaddrs);
  for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr != nullptr && each->ifa_addr->sa_family == AF_INET &&
        reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr.s_addr == wanted.s_addr) {
      return each->ifa_name;
    }
  }
  return {};
}

Result<void> run_nft(const std::string& commands) {
  const std::unique_ptr<nft_ctx, decltype(&nft_ctx_free)> context(nft_ctx_new(NFT_CTX_DEFAULT), nft_ctx_free);
  nft_ctx_buffer_output(context.get());
  nft_ctx_buffer_error(context.get());
  if (nft_run_cmd_from_buffer(context.get(), commands.c_str()) == 0) {
    return {};
  }
  std::string reason = nft_ctx_get_error_buffer(context.get());
  reason.erase(std::min(reason.find('\n'), reason.size()));
  return Failure{FailureKind::failed, "cannot change packet rules: " + reason};
}

std::string without(const std::string& table) {
  return "add table ip " + table + "\ndelete table ip " + table + "\n";
}

/// guard: route_localnet would let containers reach what listens on the host's
/// 127.0.0.1; what they may reach is translated after it.
std::string rules(const std::string& table, std::uint16_t port, const std::string& interface) {
  const std::string asked = std::string("ip daddr ") + kMetadataAddress +
                            " tcp dport 80 dnat to 127.0.0.1:" + std::to_string(port) + "\n";
  std::string text = without(table) + "table ip " + table +
                     " {\n  chain output {\n    type nat hook output priority -100\n    " + asked + "  }\n";
  if (!interface.empty()) {
    text += "  chain prerouting {\n    type nat hook prerouting priority dstnat\n    iifname \"" + interface +
            "\" " + asked +
            "  }\n  chain guard {\n    type filter hook prerouting priority raw\n    iifname \"" + interface +
            "\" ip daddr 127.0.0.0/8 drop\n  }\n";
  }
  return text + "}\n";
}

}  // namespace

Result<void> MetadataRules::lead(std::uint16_t port, const Bridge& bridge) {
  port_ = port;
  interface_.clear();
  if (port == 0) {
    return run_nft(without(table_));
  }
  if (auto led = run_nft(rules(table_, port, "")); !led) {
    return led;
  }
  return lead(bridge);
}

Result<void> MetadataRules::lead(const Bridge& bridge) {
  if (port_ == 0 || bridge.gateway.empty()) {
    return {};
  }
  const auto interface = interface_with(bridge.gateway);
  if (interface.empty()) {
    return {};
  }
  if (interface != interface_) {
    if (auto led = run_nft(rules(table_, port_, interface)); !led) {
      return led;
    }
    interface_ = interface;
  }
  // An engine may take the interface away with its last container and make it again.
  return set_kernel_option("net/ipv4/conf/" + interface + "/route_localnet", "1");
}

Result<void> MetadataRules::drop() {
  return run_nft(without(table_));
}

}  // namespace troupe::runtime::docker
