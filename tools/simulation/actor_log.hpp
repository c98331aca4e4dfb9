#pragma once

/// What the actors log, as lines of a chronicle, for as long as this object is there.

#include "tools/simulation/virtual_cluster.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>
#include <utility>

namespace troupe::simulation {

class ActorLog {
 public:
  explicit ActorLog(VirtualCluster& world) : before_(spdlog::default_logger()) {
    auto logger = std::make_shared<spdlog::logger>("simulation", std::make_shared<Sink>(world));
    logger->set_level(spdlog::level::debug);
    spdlog::set_default_logger(std::move(logger));
  }
  ~ActorLog() { spdlog::set_default_logger(before_); }
  ActorLog(const ActorLog&) = delete;
  ActorLog& operator=(const ActorLog&) = delete;

 private:
  class Sink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
   public:
    explicit Sink(VirtualCluster& world) : world_(world) {}

   protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
      world_.note("log: " + std::string{message.payload.data(), message.payload.size()});
    }
    void flush_() override {}

   private:
    VirtualCluster& world_;
  };

  std::shared_ptr<spdlog::logger> before_;
};

}  // namespace troupe::simulation
