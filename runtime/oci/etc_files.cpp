#include "runtime/oci/etc_files.hpp"

namespace troupe::runtime::oci {
namespace {

constexpr std::string_view kLocalhost =
    "127.0.0.1\tlocalhost\n"
    "::1\tlocalhost ip6-localhost ip6-loopback\n"
    "fe00::0\tip6-localnet\n"
    "ff00::0\tip6-mcastprefix\n"
    "ff02::1\tip6-allnodes\n"
    "ff02::2\tip6-allrouters\n";

constexpr std::string_view kPublicServers = "nameserver 8.8.8.8\nnameserver 8.8.4.4\n";

/// The lines that begin with `word` and whose second word passes.
template <class Accepts>
std::string lines_of(std::string_view text, std::string_view word, Accepts accepts) {
  std::string kept;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.size() <= word.size() || !line.starts_with(word) ||
        (line[word.size()] != ' ' && line[word.size()] != '\t')) {
      continue;
    }
    const std::size_t value = line.find_first_not_of(" \t", word.size());
    if (value != std::string_view::npos && accepts(line.substr(value))) {
      kept.append(line).append("\n");
    }
  }
  return kept;
}

bool is_reachable(std::string_view server) {
  return !server.starts_with("127.") && !server.starts_with("::1");
}

bool anything(std::string_view /*value*/) {
  return true;
}

std::string servers_of(const Network& network, std::string_view host_file, std::string_view upstream_file) {
  if (network.kind == NetworkKind::host) {
    return lines_of(host_file, "nameserver", anything);
  }
  std::string servers = lines_of(host_file, "nameserver", is_reachable);
  if (servers.empty()) {
    servers = lines_of(upstream_file, "nameserver", is_reachable);
  }
  return servers.empty() ? std::string(kPublicServers) : servers;
}

}  // namespace

std::string hosts_text(const Network& network, const std::string& hostname,
                       const std::vector<HostEntry>& extra, std::string_view host_file) {
  std::string text(network.kind == NetworkKind::host && !host_file.empty() ? host_file : kLocalhost);
  if (text.back() != '\n') {
    text += '\n';
  }
  for (const HostEntry& entry : extra) {
    text += entry.address + "\t" + entry.hostname + "\n";
  }
  if (!network.address.empty()) {
    text += network.address + "\t" + hostname + "\n";
  }
  return text;
}

std::string resolv_text(const Network& network, const DnsConfig& dns, std::string_view host_file,
                        std::string_view upstream_file) {
  std::string text;
  for (const std::string& server : dns.servers) {
    text += "nameserver " + server + "\n";
  }
  if (dns.servers.empty()) {
    text = servers_of(network, host_file, upstream_file);
  }
  if (dns.searches.empty()) {
    return text + lines_of(host_file, "search", anything) + lines_of(host_file, "options", anything);
  }
  text += "search";
  for (const std::string& domain : dns.searches) {
    text += " " + domain;
  }
  return text + "\n" + lines_of(host_file, "options", anything);
}

}  // namespace troupe::runtime::oci
