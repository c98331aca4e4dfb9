/// The task metadata endpoint of a node.

#include "tools/metadata_server.hpp"

#include <boost/asio/post.hpp>

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace troupe::tools {
namespace {

/// Of all processors since the host started, idle or not: the first line of /proc/stat.
std::uint64_t host_cpu_ns() {
  std::ifstream file{"/proc/stat"};
  std::string word;
  file >> word;
  std::uint64_t ticks = 0;
  constexpr int columns = 8;  // The guests' time, which follows, is in these already.
  std::uint64_t value = 0;
  for (int i = 0; i < columns && file >> value; ++i) ticks += value;
  return ticks * (1'000'000'000U / static_cast<std::uint64_t>(std::max(1L, sysconf(_SC_CLK_TCK))));
}

api::metadata::ContainerStats to_stats(const runtime::Stats& read) {
  api::metadata::ContainerStats stats;
  stats.read_at = std::chrono::floor<core::Millis>(read.read_at);
  stats.cpu_ns = read.cpu_ns;
  stats.cpu_user_ns = read.cpu_user_ns;
  stats.cpu_system_ns = read.cpu_system_ns;
  stats.cpu_per_core_ns = read.cpu_per_core_ns;
  stats.host_cpu_ns = host_cpu_ns();
  stats.host_cpus = std::thread::hardware_concurrency();
  stats.memory_bytes = read.memory_bytes;
  stats.memory_inactive_file_bytes = read.memory_inactive_file_bytes;
  stats.memory_limit_bytes = read.memory_limit_bytes;
  stats.memory_max_bytes = read.memory_max_bytes;
  for (const auto& one : read.interfaces) {
    stats.interfaces.push_back({one.name, one.rx_bytes, one.rx_packets, one.rx_errors, one.rx_dropped,
                                one.tx_bytes, one.tx_packets, one.tx_errors, one.tx_dropped});
  }
  stats.block_read_bytes = read.block_read_bytes;
  stats.block_write_bytes = read.block_write_bytes;
  stats.processes = read.processes;
  return stats;
}

}  // namespace

MetadataServer::MetadataServer(api::metadata::EndpointOptions options,
                               std::shared_ptr<runtime::ContainerRuntime> runtime)
    : runtime_(std::move(runtime)),
      endpoint_([&] {
        options.read_stats = [this](const std::string& id, api::metadata::StatsReply reply) {
          boost::asio::post(readers_, [this, id, reply = std::move(reply)] {
            const auto read = runtime_->stats(id);
            reply(read ? std::optional{to_stats(*read)} : std::nullopt);
          });
        };
        return std::move(options);
      }()),
      server_(
          {}, [this](auto request, auto responder) { endpoint_.handle(request, std::move(responder)); },
          [](const auto& /*request*/, const api::http::WebSocketAcceptor& /*acceptor*/) {}) {}

MetadataServer::~MetadataServer() {
  server_.stop();
  readers_.join();
}

std::string MetadataServer::start() {
  const auto port = server_.listen("127.0.0.1", 0);
  if (!port) return "cannot serve task metadata: " + port.error().message;
  const auto led = runtime_->serve_metadata(*port);
  return led ? std::string{} : led.error().message;
}

}  // namespace troupe::tools
