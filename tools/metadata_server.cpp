/// The task metadata endpoint of a node.

#include "tools/metadata_server.hpp"

#include <boost/asio/post.hpp>

namespace troupe::tools {
namespace {

api::metadata::ContainerStats to_stats(const runtime::Stats& read) {
  api::metadata::ContainerStats stats;
  stats.read_at = std::chrono::floor<core::Millis>(read.read_at);
  stats.cpu_ns = read.cpu_ns;
  stats.memory_bytes = read.memory_bytes;
  stats.memory_limit_bytes = read.memory_limit_bytes;
  stats.memory_max_bytes = read.memory_max_bytes;
  stats.network_rx_bytes = read.network_rx_bytes;
  stats.network_tx_bytes = read.network_tx_bytes;
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
