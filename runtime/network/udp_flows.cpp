/// The kernel decides once per flow where a datagram goes. A client that keeps
/// sending from one port would be sent to a container long gone, or past a new
/// mapping, so the flows of a UDP port are forgotten when its mapping changes.

#include "runtime/network/nat.hpp"

#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <spdlog/spdlog.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>
#include <set>

namespace troupe::runtime {
namespace {

struct Sweep {
  std::set<std::uint16_t> ports;
  std::vector<nf_conntrack*> found;
};

int collect(nf_conntrack_msg_type /*type*/, nf_conntrack* flow, void* data) {
  auto& sweep = *static_cast<Sweep*>(data);
  const bool is_udp = ::nfct_get_attr_u8(flow, ATTR_L4PROTO) == IPPROTO_UDP;
  if (is_udp && sweep.ports.contains(ntohs(::nfct_get_attr_u16(flow, ATTR_PORT_DST)))) {
    sweep.found.push_back(::nfct_clone(flow));
  }
  return NFCT_CB_CONTINUE;
}

}  // namespace

void forget_udp_flows(const std::vector<PortBinding>& bindings) {
  Sweep sweep;
  for (const PortBinding& binding : bindings) {
    if (binding.protocol == Protocol::udp) {
      sweep.ports.insert(binding.host_port);
    }
  }
  if (sweep.ports.empty()) {
    return;
  }
  nfct_handle* handle = ::nfct_open(CONNTRACK, 0);
  if (handle == nullptr) {
    spdlog::warn("networks cannot forget UDP flows: {}", strerrordesc_np(errno));
    return;
  }
  ::nfct_callback_register(handle, NFCT_T_ALL, collect, &sweep);
  const std::uint32_t family = AF_INET;
  ::nfct_query(handle, NFCT_Q_DUMP, &family);
  ::nfct_callback_unregister(handle);
  for (nf_conntrack* flow : sweep.found) {
    ::nfct_query(handle, NFCT_Q_DESTROY, flow);
    ::nfct_destroy(flow);
  }
  ::nfct_close(handle);
}

}  // namespace troupe::runtime
