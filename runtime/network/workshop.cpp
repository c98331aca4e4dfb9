/// The order of steps here is what makes a crash harmless: record, namespace,
/// interface on the way up; interface, namespace, record on the way down.

#include "runtime/network/workshop.hpp"

#include "runtime/network/namespaces.hpp"
#include "runtime/process/process.hpp"

#include <spdlog/spdlog.h>

#include <net/if.h>
#include <sys/random.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace troupe::runtime {
namespace {

constexpr std::chrono::seconds firewall_check_interval{30};

std::string new_id() {
  std::uint64_t number = 0;
  while (::getrandom(&number, sizeof number, 0) != sizeof number) {
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

std::unique_ptr<Attacher> make_attacher(const NetworkOptions& options, const BridgeNetwork& network) {
  return options.plugin_directory.empty()
             ? make_netlink_attacher(network)
             : make_plugin_attacher(options.plugin_directory, options.data_directory + "/leases", network);
}

Command iptables(std::vector<std::string> arguments) {
  Command command;
  command.argv = {"iptables", "-w", "5"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace

Workshop::Workshop(const NetworkOptions& options, const AddressPart& part)
    : namespaces_(options.data_directory + "/namespaces"),
      records_(options.data_directory + "/records"),
      bridge_(make_attacher(options, part.bridge)),
      address_(make_attacher(options, part.address)) {}

Attacher* Workshop::attacher_of(NetworkKind kind) const {
  switch (kind) {
    case NetworkKind::bridge:
      return bridge_.get();
    case NetworkKind::address:
      return address_.get();
    default:
      return nullptr;
  }
}

std::string Workshop::path_of(const std::string& id) const {
  return namespaces_ + "/" + id;
}

Result<NetworkRecord> Workshop::make(NetworkKind kind, const std::string& owner) {
  NetworkRecord record{new_id(), RecordState::unusable, {}};
  record.attached.network.kind = kind;
  if (kind == NetworkKind::host) {
    return record;
  }
  record.attached.namespace_path = path_of(record.id);
  if (auto saved = records_.save(record); saved.has_error()) {
    return saved.error();
  }
  if (auto furnished = furnish(record, owner); furnished.has_error()) {
    if (auto destroyed = destroy(record); destroyed.has_error()) {
      spdlog::warn("network namespace {} stays behind: {}", record.id, destroyed.error().message);
    }
    return furnished.error();
  }
  return record;
}

Result<void> Workshop::furnish(NetworkRecord& record, const std::string& owner) {
  if (auto made = make_namespace(record.attached.namespace_path, owner); made.has_error()) {
    return made.error();
  }
  Network& network = record.attached.network;
  if (Attacher* attacher = attacher_of(network.kind); attacher != nullptr) {
    auto attached = attacher->attach(record.id, record.attached.namespace_path);
    if (attached.has_error()) {
      return attached.error();
    }
    network.address = attached->address;
    network.gateway = attached->gateway;
    network.mac = attached->mac;
    network.subnet = attacher->network().subnet;
    // Ports on 127.0.0.1 lead over the bridge; the kernel drops such packets otherwise.
    auto routed = set_kernel_option("net/ipv4/conf/" + attacher->network().bridge + "/route_localnet", "1");
    if (routed.has_error()) {
      return routed.error();
    }
    open_firewall();
  }
  record.state = RecordState::ready;
  return records_.save(record);
}

Result<void> Workshop::destroy(const NetworkRecord& record) const {
  if (Attacher* attacher = attacher_of(record.attached.network.kind); attacher != nullptr) {
    const AttachedNetwork& attached = record.attached;
    auto detached = attacher->detach(record.id, attached.namespace_path, attached.network.address);
    // Without its plugin an interface can only go with its namespace.
    if (detached.has_error() && detached.error().kind != FailureKind::not_found) {
      return detached;
    }
  }
  if (record.attached.network.kind != NetworkKind::host) {
    if (auto removed = remove_namespace(path_of(record.id)); removed.has_error()) {
      return removed;
    }
  }
  records_.remove(record.id);
  return {};
}

void Workshop::keep(const NetworkRecord& record) {
  if (Attacher* attacher = attacher_of(record.attached.network.kind);
      attacher != nullptr && !record.attached.network.address.empty()) {
    attacher->keep(record.attached.network.address);
  }
}

bool Workshop::is_intact(const NetworkRecord& record) const {
  const NetworkKind kind = record.attached.network.kind;
  if (kind == NetworkKind::host) {
    return true;
  }
  Attacher* attacher = attacher_of(kind);
  return is_namespace(record.attached.namespace_path) &&
         (attacher == nullptr || ::if_nametoindex(attacher->network().bridge.c_str()) != 0);
}

void Workshop::remove_strays(const std::vector<NetworkRecord>& known) const {
  std::error_code error;
  for (std::filesystem::directory_iterator file(namespaces_, error), end; !error && file != end;
       file.increment(error)) {
    const std::string id = file->path().filename();
    if (std::none_of(known.begin(), known.end(),
                     [&](const NetworkRecord& record) { return record.id == id; })) {
      if (auto removed = remove_namespace(file->path()); removed.has_error()) {
        spdlog::warn("networks leave a stray namespace: {}", removed.error().message);
      }
    }
  }
}

void Workshop::open_firewall() {
  const auto now = std::chrono::steady_clock::now();
  auto checked = firewall_checked_.load();
  if ((checked.time_since_epoch().count() != 0 && now - checked < firewall_check_interval) ||
      !firewall_checked_.compare_exchange_strong(checked, now)) {
    return;
  }
  auto rules = run_checked(iptables({"-S", "FORWARD"}));
  if (rules.has_error()) {
    return;  // No iptables, no such firewall.
  }
  if (rules->find("-P FORWARD DROP") == std::string::npos && rules->find("-A FORWARD") == std::string::npos) {
    return;
  }
  for (const char* direction : {"-i", "-o"}) {
    const std::string interfaces = bridge_->network().bridge + "+";
    if (rules->find(std::string("-A FORWARD ") + direction + " " + interfaces + " -j ACCEPT") ==
        std::string::npos) {
      auto added = run_checked(iptables({"-I", "FORWARD", direction, interfaces, "-j", "ACCEPT"}));
      if (added.has_error()) {
        spdlog::warn("networks cannot ask the firewall to forward: {}", added.error().message);
      }
    }
  }
}

void Workshop::close_firewall() const {
  for (const char* direction : {"-i", "-o"}) {
    // Fails when there is no such rule, which is what is wanted.
    (void)run(iptables({"-D", "FORWARD", direction, bridge_->network().bridge + "+", "-j", "ACCEPT"}));
  }
}

}  // namespace troupe::runtime
