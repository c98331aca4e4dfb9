/// Container stats in the shape of the Docker Engine API, which the endpoint passes on.

#include "api/metadata/metadata_json.hpp"
#include "api/wire/codec/escape.hpp"
#include "api/wire/codec/timestamp.hpp"

#include <thread>

namespace troupe::api::metadata {
namespace {

class Writer {
 public:
  Writer& open(std::string_view name) {
    key(name);
    out_ += '{';
    first_ = true;
    return *this;
  }
  Writer& close() {
    out_ += '}';
    first_ = false;
    return *this;
  }
  Writer& number(std::string_view name, std::uint64_t value) {
    key(name);
    out_ += std::to_string(value);
    return *this;
  }
  Writer& text(std::string_view name, std::string_view value) {
    key(name);
    wire::write_string(value, out_);
    return *this;
  }
  Writer& raw(std::string_view name, std::string_view json) {
    key(name);
    out_ += json;
    return *this;
  }
  [[nodiscard]] std::string finished() && {
    out_ += '}';
    return std::move(out_);
  }

 private:
  void key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    wire::write_string(name, out_);
    out_ += ':';
  }
  std::string out_ = "{";
  bool first_ = true;
};

std::string block_io(const ContainerStats& stats) {
  const auto entry = [](std::string_view operation, std::uint64_t bytes) {
    return R"({"major":0,"minor":0,"op":")" + std::string{operation} + R"(","value":)" +
           std::to_string(bytes) + "}";
  };
  return "[" + entry("Read", stats.block_read_bytes) + "," + entry("Write", stats.block_write_bytes) + "]";
}

}  // namespace

std::string stats_json(const std::string& id, const std::optional<ContainerStats>& stats) {
  if (!stats) return "null";
  Writer out;
  out.text("read", wire::iso_millis(stats->read_at)).text("name", "/" + id).text("id", id);
  out.open("pids_stats").number("current", stats->processes).close();
  out.open("cpu_stats").open("cpu_usage").number("total_usage", stats->cpu_ns).close();
  out.number("online_cpus", std::thread::hardware_concurrency()).close();
  out.open("memory_stats").number("usage", stats->memory_bytes).number("max_usage", stats->memory_max_bytes);
  out.number("limit", stats->memory_limit_bytes).close();
  out.open("networks").open("eth0").number("rx_bytes", stats->network_rx_bytes);
  out.number("tx_bytes", stats->network_tx_bytes).close().close();
  out.open("blkio_stats").raw("io_service_bytes_recursive", block_io(*stats)).close();
  return std::move(out).finished();
}

std::string task_stats_json(const std::vector<std::pair<std::string, std::optional<ContainerStats>>>& all) {
  Writer out;
  for (const auto& [id, stats] : all) out.raw(id, stats_json(id, stats));
  return std::move(out).finished();
}

}  // namespace troupe::api::metadata
