/// The threads of uplinks.

#include "api/agent_client/uplink_threads.hpp"

#include <chrono>

namespace troupe::api::agent_client {
namespace {

constexpr std::chrono::seconds farewell{1};

}  // namespace

UplinkThreads::UplinkThreads(std::size_t callers)
    : callers_(callers), thread_([this] {
        sessions_.run();
        ended_.set_value();
      }) {}

UplinkThreads::~UplinkThreads() {
  stop();
}

void UplinkThreads::stop() {
  if (!thread_.joinable()) return;
  callers_.stop();
  callers_.join();
  guard_.reset();
  if (ended_.get_future().wait_for(farewell) != std::future_status::ready) sessions_.stop();
  thread_.join();
}

}  // namespace troupe::api::agent_client
