/// Telemetry on its way to the owners of instances and tasks.

#include "api/agent_gateway/tcs_session.hpp"

#include "api/agent_gateway/acs_session.hpp"
#include "api/agent_gateway/usage_intervals.hpp"
#include "api/http/websocket.hpp"

#include <spdlog/spdlog.h>
#include <caf/actor_system.hpp>

namespace troupe::api::agent_gateway {
namespace {

namespace code = http::close_code;

class TcsSession : public TcsSessionActor::base {
 public:
  TcsSession(caf::actor_config& config, RegistryActor registry, TcsHello hello,
             PendingUpgrade<TcsSessionActor> upgrade)
      : TcsSessionActor::base(config),
        registry_(std::move(registry)),
        hello_(std::move(hello)),
        upgrade_(std::move(upgrade)) {
    set_down_handler(
        [this](const caf::down_msg&) { end(code::internal_error, "the container instance ended"); });
  }

  const char* name() const override { return "tcs_session"; }

  behavior_type make_behavior() override {
    request(registry_, caf::infinite, FindInstance{hello_.cluster, hello_.instance, hello_.caller})
        .then([this](const SessionOpened& session) { opened(session); },
              [this](const caf::error&) {
                upgrade_.refuse(refused_upgrade(500, "ServerException", "The session could not be opened."));
                quit();
              });
    return {
        [this](const TelemetryArrived& news) { take(news); },
        [this](const FrameRefused& frame) { refused(frame); },
        [this](const SocketClosed&) {
          socket_.reset();
          quit();
        },
    };
  }

  void on_exit() override {
    if (socket_) socket_->close(code::going_away, "the session ends");
    socket_.reset();
    instance_ = nullptr;
    registry_ = nullptr;
    upgrade_ = {};
  }

 private:
  void opened(const SessionOpened& session) {
    if (session.refused) {
      upgrade_.refuse(refused_upgrade(*session.refused));
      return quit();
    }
    socket_ = upgrade_.accept(TcsSessionActor{this});
    if (!socket_) return quit();
    instance_ = session.instance;
    intervals_.emplace(session.record->registered.cpu);
    monitor(instance_);
  }

  void take(const TelemetryArrived& news) {
    if (!socket_) return;
    if (!news.again) tell(news.frame);
    if (auto ack = telemetry_ack(news.frame); !ack.empty()) socket_->send(std::move(ack));
  }

  void tell(const Telemetry& frame) {
    if (const auto* health = std::get_if<InstanceTasksHealth>(&frame)) {
      for (const auto& task : health->tasks) {
        send(instance_, HealthReported{std::make_shared<const core::TaskHealth>(task)});
      }
    } else if (const auto* runtime = std::get_if<InstanceRuntimeHealth>(&frame)) {
      send(instance_, RuntimeReported{runtime->health});
    } else if (const auto* usage = std::get_if<InstanceUsage>(&frame)) {
      if (auto report = intervals_->take(*usage)) {
        send(instance_, UsageReported{std::make_shared<const core::UsageReport>(*std::move(report))});
      }
    }
  }

  void refused(const FrameRefused& frame) {
    spdlog::warn("telemetry of {} is refused: {}", core::to_string(hello_.instance), frame.why);
    if (socket_) socket_->send(telemetry_error(frame.exception, frame.why));
    end(code::policy_violation, frame.why);
  }

  void end(std::uint16_t reason, const std::string& why) {
    if (socket_) socket_->close(reason, why);
    socket_.reset();
    quit();
  }

  RegistryActor registry_;
  TcsHello hello_;
  PendingUpgrade<TcsSessionActor> upgrade_;
  std::optional<AgentSocket> socket_;
  InstanceActor instance_;
  std::optional<UsageIntervals> intervals_;  ///< Since the session was opened.
};

}  // namespace

TcsSessionActor spawn_tcs_session(caf::actor_system& system, RegistryActor registry, TcsHello hello,
                                  PendingUpgrade<TcsSessionActor> upgrade) {
  return system.spawn<TcsSession>(std::move(registry), std::move(hello), std::move(upgrade));
}

}  // namespace troupe::api::agent_gateway
