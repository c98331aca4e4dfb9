#pragma once

/// A session of ACS: the actor that is the agent of a container instance elsewhere. To its
/// instance it is an agent like one in this process; what it is told goes out as frames,
/// and what frames say comes in as messages.
///
/// It lives a little longer than its connection: agents renew theirs every half hour, and
/// an instance whose agent is back at once was never disconnected. Work that it is given
/// meanwhile goes nowhere, because the next session begins with the manifest.

#include "actors/interfaces.hpp"
#include "api/agent_gateway/acs_frames.hpp"
#include "api/agent_gateway/agent_socket.hpp"
#include "api/agent_gateway/unacked.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace troupe::api::agent_gateway {

/// A frame, read.
struct AcsFrameArrived {
  AcsFrame frame;
};

/// The ACS SESSION actor interface.
using AcsSessionActor = AgentActor::extend<
    // From its connection, in order.
    caf::reacts_to<AcsFrameArrived>,
    // From its connection: this was no frame.
    caf::reacts_to<FrameRefused>,
    // From its connection, last.
    caf::reacts_to<SocketClosed>>;

struct AcsTiming {
  std::chrono::milliseconds tick{1'000};  ///< Between two looks while something is under way.
  /// Amazon's agent gives up after 60 to 120 s without one; at most half of the silence
  /// after which an instance counts as disconnected.
  std::chrono::milliseconds heartbeat{20'000};
  /// Nothing heard for so long: the connection is cut.
  std::chrono::milliseconds silence{50'000};
  std::chrono::milliseconds ack_patience{15'000};  ///< Then the payload is sent again.
  int sends_max = 4;                               ///< Then the task cannot be delivered.
  std::chrono::milliseconds linger{10'000};        ///< After its connection has ended.
  /// Credentials are renewed when they have so long to live: SDKs ask for new ones a quarter of
  /// an hour before the end.
  std::chrono::milliseconds renew_before{1'800'000};
};

/// Times of sessions whose instances bear a silence of `agent_silence`: the defaults for one
/// of a minute, in proportion for others.
AcsTiming timing_for(std::chrono::milliseconds agent_silence);

/// What all sessions share.
struct AcsParts {
  core::Realm realm;
  RegistryActor registry;
  TimerActor timer;
  std::function<core::Time()> clock;  ///< Wall clock.
  IssueCredentials credentials;
  AcsTiming timing;
};

/// What an agent says of itself in its handshake.
struct AcsHello {
  std::string cluster;
  core::InstanceId instance;
  core::Principal caller;
  core::VersionInfo version;
  bool has_no_credentials = false;  ///< Its process is new: it has lost those of its tasks.
  bool acks_heartbeats = false;
};

class AcsSession : public AcsSessionActor::base {
 public:
  AcsSession(caf::actor_config& config, std::shared_ptr<const AcsParts> parts, AcsHello hello,
             PendingUpgrade<AcsSessionActor> upgrade);
  behavior_type make_behavior() override;
  const char* name() const override { return "acs_session"; }
  void on_exit() override;

 private:
  using RoleKey = std::pair<core::TaskId, wire::acs::RoleType>;

  // Beginning and end (acs_session.cpp).
  void opened(const SessionOpened& session);
  void closed(const SocketClosed& end);
  void over(const SessionOver& news);
  void refused(const FrameRefused& frame);
  void end(std::uint16_t code, const std::string& why);
  void tick();
  void look_again(core::Millis delay);
  [[nodiscard]] core::Millis next_look() const;
  void beat();

  // Work for the agent (acs_delivery.cpp).
  void follow(const std::vector<core::TaskPtr>& tasks);
  void start_task(const core::TaskPtr& task);
  void stop_task(const core::TaskId& task);
  void send_payload(const std::string& message, const core::TaskId& task, wire::acs::Task payload);
  void send_again();
  void deliver_again(const UnackedPayload& payload, const core::TaskPtr& task);
  void give_up(const core::TaskPtr& task);
  TaskRoles roles_of(const core::Task& task);
  std::optional<RoleCredentials> issue(const core::Task& task, wire::acs::RoleType role);
  void tell_credentials(const core::Task& task, wire::acs::RoleType role);
  void renew_credentials();

  // What the agent says (acs_session.cpp).
  void take(const AcsFrame& frame);
  void verify_stops(const StopCandidates& candidates);

  void write(std::string frame);
  [[nodiscard]] FrameContext context() const;
  [[nodiscard]] core::Millis now() const;
  std::string next_message(const char* kind) { return kind + std::to_string(++sequence_); }

  std::shared_ptr<const AcsParts> parts_;
  AcsHello hello_;
  PendingUpgrade<AcsSessionActor> upgrade_;
  std::optional<AgentSocket> socket_;
  InstanceActor instance_;
  std::string cluster_;
  bool full_sync_ = false;     ///< The agent follows manifests.
  std::int64_t sequence_ = 0;  ///< Of the last thing sent; numbers of all sessions ascend.
  std::string manifest_;       ///< The last one's message id.
  UnackedPayloads unacked_;
  bool looking_up_ = false;
  core::Millis heard_at_{0};
  core::Millis beat_at_{0};
  core::Millis closed_at_{0};
  std::optional<core::Millis> look_at_;     ///< When its timer fires next.
  std::map<RoleKey, core::Time> expiries_;  ///< Of the credentials that the agent has.
};

/// Asks for the session at once; answers the upgrade either way.
AcsSessionActor spawn_acs_session(caf::actor_system& system, std::shared_ptr<const AcsParts> parts,
                                  AcsHello hello, PendingUpgrade<AcsSessionActor> upgrade);

/// `{"InvalidInstanceException":"…"}`: how agents read a refused upgrade.
http::Response refused_upgrade(unsigned status, const std::string& exception, const std::string& why);
http::Response refused_upgrade(SessionRefusal why);

}  // namespace troupe::api::agent_gateway

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::agent_gateway::AcsFrameArrived)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::agent_gateway::FrameRefused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::agent_gateway::SocketClosed)
