/// The bridge and one pair of linked interfaces for each namespace, made over
/// rtnetlink with libnl. Who has which address is known from the records.

#include "runtime/network/attacher.hpp"
#include "runtime/network/namespaces.hpp"

#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/route.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>

#include <array>
#include <cerrno>
#include <mutex>
#include <set>
#include <utility>

namespace troupe::runtime {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Socket = std::unique_ptr<nl_sock, Freed<::nl_socket_free>>;
using Address = std::unique_ptr<nl_addr, Freed<::nl_addr_put>>;
using Link = std::unique_ptr<rtnl_link, Freed<::rtnl_link_put>>;
using InterfaceAddress = std::unique_ptr<rtnl_addr, Freed<::rtnl_addr_put>>;
using Route = std::unique_ptr<rtnl_route, Freed<::rtnl_route_put>>;

constexpr const char* inner_name = "eth0";

Result<void> check(int code, const std::string& what) {
  if (code < 0) {
    return Failure{code == -NLE_NOMEM ? FailureKind::no_space : FailureKind::failed,
                   "cannot " + what + ": " + ::nl_geterror(code)};
  }
  return {};
}

Result<Socket> connect_netlink() {
  Socket socket(::nl_socket_alloc());
  if (auto connected = check(::nl_connect(socket.get(), NETLINK_ROUTE), "connect to netlink");
      connected.has_error()) {
    return connected.error();
  }
  return socket;
}

Address parse_address(const std::string& text, int family) {
  nl_addr* address = nullptr;
  ::nl_addr_parse(text.c_str(), family, &address);
  return Address(address);
}

// As Docker's: the address itself, so a neighbour's memory of it stays true
// when the address is given out again.
std::string mac_of(std::uint32_t address) {
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), "02:42:%02x:%02x:%02x:%02x", address >> 24U, address >> 16U & 0xffU,
                address >> 8U & 0xffU, address & 0xffU);
  return text.data();
}

std::uint32_t number_of(const std::string& address) {
  in_addr network{};
  return ::inet_pton(AF_INET, address.c_str(), &network) == 1 ? ntohl(network.s_addr) : 0;
}

// The addresses of a subnet but for its first two (its own and the gateway's) and its last.
class Addresses {
 public:
  explicit Addresses(const BridgeNetwork& network) {
    const std::size_t slash = network.subnet.find('/');
    const std::uint32_t base = number_of(network.subnet.substr(0, slash));
    prefix_ = static_cast<unsigned>(std::stoul(network.subnet.substr(slash + 1)));
    first_ = base + 2;
    last_ = base + (std::uint32_t{1} << (32U - prefix_)) - 2;
    next_ = first_;
  }

  // Counts up, so that an address just given back rests for a while; 0: none is free.
  std::uint32_t take() {
    const std::lock_guard lock(mutex_);
    for (std::uint32_t tried = first_; tried <= last_; ++tried) {
      const std::uint32_t address = next_;
      next_ = next_ == last_ ? first_ : next_ + 1;
      if (taken_.insert(address).second) {
        return address;
      }
    }
    return 0;
  }
  void keep(std::uint32_t address) {
    const std::lock_guard lock(mutex_);
    taken_.insert(address);
    next_ = address >= next_ && address < last_ ? address + 1 : next_;
  }
  void give_back(std::uint32_t address) {
    const std::lock_guard lock(mutex_);
    taken_.erase(address);
  }
  [[nodiscard]] unsigned prefix() const { return prefix_; }

 private:
  std::mutex mutex_;
  std::set<std::uint32_t> taken_;
  unsigned prefix_ = 0;
  std::uint32_t first_ = 0;
  std::uint32_t last_ = 0;
  std::uint32_t next_ = 0;
};

class NetlinkAttacher final : public Attacher {
 public:
  explicit NetlinkAttacher(BridgeNetwork network)
      : network_(std::move(network)), addresses_(network_), mtu_(uplink_mtu()) {}

  Result<Attachment> attach(const std::string& id, const std::string& namespace_path) override;
  Result<void> detach(const std::string& id, const std::string& namespace_path,
                      const std::string& address) override;
  void keep(const std::string& address) override { addresses_.keep(number_of(address)); }
  const BridgeNetwork& network() const override { return network_; }

 private:
  Result<void> make_bridge(nl_sock* socket);
  Result<void> link(const std::string& id, const std::string& namespace_path, std::uint32_t address);
  [[nodiscard]] Result<void> configure(std::uint32_t address) const;

  BridgeNetwork network_;
  Addresses addresses_;
  std::uint32_t mtu_;
  std::mutex bridge_mutex_;
};

Result<void> add_address(nl_sock* socket, int interface, const std::string& address) {
  const InterfaceAddress added(::rtnl_addr_alloc());
  const Address local = parse_address(address, AF_INET);
  ::rtnl_addr_set_ifindex(added.get(), interface);
  ::rtnl_addr_set_local(added.get(), local.get());
  return check(::rtnl_addr_add(socket, added.get(), 0), "add address " + address);
}

std::string outer_name(const std::string& id) {
  return "veth" + id.substr(0, 10);
}

// Where bridges pass their packets to the firewall (br_netfilter), a container that
// asks for a port of its own is answered through the interface it asked by.
Result<void> allow_hairpin(nl_sock* socket, const std::string& name) {
  const Link port(::rtnl_link_alloc());
  ::rtnl_link_set_family(port.get(), AF_BRIDGE);
  ::rtnl_link_set_ifindex(port.get(), static_cast<int>(::if_nametoindex(name.c_str())));
  ::rtnl_link_bridge_set_flags(port.get(), RTNL_BRIDGE_HAIRPIN_MODE);
  return check(::rtnl_link_change(socket, port.get(), port.get(), 0), "let " + name + " answer itself");
}

Result<Attachment> NetlinkAttacher::attach(const std::string& id, const std::string& namespace_path) {
  const std::uint32_t address = addresses_.take();
  if (address == 0) {
    return Failure{FailureKind::no_space, "all addresses of " + network_.subnet + " are given out"};
  }
  auto linked = link(id, namespace_path, address);
  if (linked.has_error()) {
    addresses_.give_back(address);
    return linked.error();
  }
  return Attachment{dotted(address), network_.gateway, mac_of(address)};
}

// A link vanishes with its namespace, but that lives on while any process has a
// copy of its mount, as monitors of other containers may have.
Result<void> NetlinkAttacher::detach(const std::string& id, const std::string& /*namespace_path*/,
                                     const std::string& address) {
  if (::if_nametoindex(outer_name(id).c_str()) != 0) {
    auto socket = connect_netlink();
    if (socket.has_error()) {
      return socket.error();
    }
    const Link outer_link(::rtnl_link_alloc());
    ::rtnl_link_set_name(outer_link.get(), outer_name(id).c_str());
    const int code = ::rtnl_link_delete(socket->get(), outer_link.get());
    if (auto gone = check(code, "remove " + outer_name(id));
        gone.has_error() && ::if_nametoindex(outer_name(id).c_str()) != 0) {
      return gone;
    }
  }
  addresses_.give_back(number_of(address));
  return {};
}

Result<void> NetlinkAttacher::link(const std::string& id, const std::string& namespace_path,
                                   std::uint32_t address) {
  auto socket = connect_netlink();
  if (socket.has_error()) {
    return socket.error();
  }
  if (auto made = make_bridge(socket->get()); made.has_error()) {
    return made;
  }
  const Descriptor inner(::open(namespace_path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!inner.valid()) {
    return errno_failure("cannot open " + namespace_path, errno);
  }
  const Link outer_link(::rtnl_link_veth_alloc());
  const Link inner_link(::rtnl_link_veth_get_peer(outer_link.get()));
  const Address mac = parse_address(mac_of(address), AF_LLC);
  const std::string name = outer_name(id);
  ::rtnl_link_set_name(outer_link.get(), name.c_str());
  ::rtnl_link_set_master(outer_link.get(), static_cast<int>(::if_nametoindex(network_.bridge.c_str())));
  ::rtnl_link_set_flags(outer_link.get(), IFF_UP);
  ::rtnl_link_set_mtu(outer_link.get(), mtu_);
  ::rtnl_link_set_name(inner_link.get(), inner_name);
  ::rtnl_link_set_addr(inner_link.get(), mac.get());
  ::rtnl_link_set_mtu(inner_link.get(), mtu_);
  ::rtnl_link_set_ns_fd(inner_link.get(), inner.get());
  const int code = ::rtnl_link_add(socket->get(), outer_link.get(), NLM_F_CREATE | NLM_F_EXCL);
  if (auto added = check(code, "add an interface to " + network_.bridge); added.has_error()) {
    return added;
  }
  if (auto reflecting = allow_hairpin(socket->get(), name); reflecting.has_error()) {
    return reflecting;
  }
  Result<void> configured;
  auto entered = in_namespace(namespace_path, [&] { configured = configure(address); });
  return entered.has_error() ? entered : configured;
}

// In the namespace, on a thread that is there.
Result<void> NetlinkAttacher::configure(std::uint32_t address) const {
  auto socket = connect_netlink();
  if (socket.has_error()) {
    return socket.error();
  }
  const int interface = static_cast<int>(::if_nametoindex(inner_name));
  const std::string text = dotted(address) + "/" + std::to_string(addresses_.prefix());
  if (auto added = add_address(socket->get(), interface, text); added.has_error()) {
    return added;
  }
  const Link up(::rtnl_link_alloc());
  ::rtnl_link_set_ifindex(up.get(), interface);
  ::rtnl_link_set_flags(up.get(), IFF_UP);
  if (auto raised = check(::rtnl_link_change(socket->get(), up.get(), up.get(), 0), "raise eth0");
      raised.has_error()) {
    return raised;
  }
  const Route route(::rtnl_route_alloc());
  const Address everywhere = parse_address("0.0.0.0/0", AF_INET);
  const Address gateway = parse_address(network_.gateway, AF_INET);
  ::rtnl_route_set_dst(route.get(), everywhere.get());
  rtnl_nexthop* hop = ::rtnl_route_nh_alloc();  // Then the route's.
  ::rtnl_route_nh_set_gateway(hop, gateway.get());
  ::rtnl_route_nh_set_ifindex(hop, interface);
  ::rtnl_route_add_nexthop(route.get(), hop);
  return check(::rtnl_route_add(socket->get(), route.get(), 0), "add a default route");
}

Result<void> NetlinkAttacher::make_bridge(nl_sock* socket) {
  const std::lock_guard lock(bridge_mutex_);
  const std::string own_address = network_.gateway + "/" + std::to_string(addresses_.prefix());
  if (::if_nametoindex(network_.bridge.c_str()) != 0) {
    return {};
  }
  const Link bridge(::rtnl_link_bridge_alloc());
  // A MAC of its own: else the bridge takes the lowest of its ports', which come and go.
  const Address mac = parse_address(mac_of(number_of(network_.gateway)), AF_LLC);
  ::rtnl_link_set_name(bridge.get(), network_.bridge.c_str());
  ::rtnl_link_set_addr(bridge.get(), mac.get());
  ::rtnl_link_set_mtu(bridge.get(), mtu_);
  ::rtnl_link_set_flags(bridge.get(), IFF_UP);
  const int code = ::rtnl_link_add(socket, bridge.get(), NLM_F_CREATE | NLM_F_EXCL);
  if (auto added = check(code, "make bridge " + network_.bridge); added.has_error()) {
    return added;
  }
  auto addressed =
      add_address(socket, static_cast<int>(::if_nametoindex(network_.bridge.c_str())), own_address);
  if (addressed.has_error()) {
    (void)remove_bridge(network_.bridge);
  }
  return addressed;
}

}  // namespace

std::unique_ptr<Attacher> make_netlink_attacher(BridgeNetwork network) {
  return std::make_unique<NetlinkAttacher>(std::move(network));
}

}  // namespace troupe::runtime
