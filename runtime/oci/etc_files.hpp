#pragma once

/// The texts of /etc/hosts and /etc/resolv.conf that a container sees instead of
/// the image's. Pure: the host's own files are arguments.

#include "runtime/container_runtime.hpp"

#include <string>
#include <string_view>

namespace troupe::runtime::oci {

/// localhost, the caller's extra hosts, and the container's own name where it has
/// an address. With the host's network the host's file comes first, as in Docker.
std::string hosts_text(const Network& network, const std::string& hostname,
                       const std::vector<HostEntry>& extra, std::string_view host_file);

/// The caller's servers and search domains, else the host's. A server on the
/// host's loopback is of no use in another network namespace and left out; when
/// none is left, `upstream_file` (systemd-resolved's list) is tried, and then two
/// public servers, as in Docker.
std::string resolv_text(const Network& network, const DnsConfig& dns, std::string_view host_file,
                        std::string_view upstream_file);

}  // namespace troupe::runtime::oci
