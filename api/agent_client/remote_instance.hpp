#pragma once

/// The container instance of a control plane elsewhere, as the agent of this host sees it:
/// messages on its side, frames and calls on the other.
///
/// It lives as long as its agent. Sessions come and go beneath it: they are dialled again with
/// backoff and jitter, and nobody registers anew. What the agent reports is submitted until the
/// control plane has it, whether there is a session or not.
///
/// Source: behaviour of Amazon's agent 1.105.

#include "api/agent_client/begun_tasks.hpp"
#include "api/agent_client/client_frames.hpp"
#include "api/agent_client/remote_messages.hpp"
#include "api/agent_client/report_queue.hpp"
#include "api/metadata/credentials_book.hpp"
#include "api/metadata/task_book.hpp"

#include <spdlog/spdlog.h>
#include <caf/all.hpp>

#include <array>
#include <functional>
#include <map>
#include <set>

namespace troupe::api::agent_client {

/// What both remote actors work with.
struct RemoteParts {
  std::shared_ptr<Uplink> uplink;
  TimerActor timer;
  std::function<core::Time()> clock;
  std::function<std::uint64_t()> chance;
  core::Realm realm;
  std::string cluster;
  std::shared_ptr<BegunTasks> begun;
  /// What the containers of this host may read of their tasks, and sign with; never null.
  std::shared_ptr<metadata::TaskBook> tasks = std::make_shared<metadata::TaskBook>();
  std::shared_ptr<metadata::CredentialsBook> credentials = std::make_shared<metadata::CredentialsBook>();
  /// Told on each session for work; must not block.
  std::function<void(const core::InstanceId&)> on_session;
  /// Told once the control plane has said that the instance of this host was deregistered: no
  /// session and no registration will ever be granted again. Must not block. May be empty.
  std::function<void()> on_deregistered;
};

/// What a question gets that only a control plane could answer.
inline caf::error elsewhere() {
  return caf::make_error(caf::sec::runtime_error, std::string{"the control plane is elsewhere"});
}

class RemoteInstance : public RemoteInstanceActor::base {
 public:
  RemoteInstance(caf::actor_config& config, RemoteParts parts, core::InstanceId id, core::VersionInfo version,
                 AgentActor agent);
  behavior_type make_behavior() override;
  const char* name() const override { return "remote_instance"; }
  void on_exit() override;

 private:
  enum Token : std::uint64_t { discover_due = 1, acs_due, tcs_due, reports_due, telemetry_due };
  struct Dialled {
    std::shared_ptr<Link> link;
    std::uint64_t dial = 0;
    bool open = false;
    unsigned failures = 0;
    core::Time opened_at{};
  };

  // Its sessions (remote_instance.cpp).
  void discover();
  void take_endpoints(const CallAnswer& answer);
  void dial(Session session);
  void opened(const LinkOpened& news);
  void ended(const LinkOver& news);
  void say(Session session, std::string frame);
  void set_timer(std::chrono::milliseconds delay, Token token);
  void on_timer(std::uint64_t token);
  Dialled& at(Session session) { return sessions_[static_cast<std::size_t>(session)]; }

  // Work that comes (remote_work.cpp).
  void take_frame(const std::string& text);
  void follow(const wire::acs::PayloadMessage& payload);
  void follow(const wire::acs::TaskManifestMessage& manifest);
  void follow(const wire::acs::TaskStopVerificationAck& verified);
  void follow(const wire::acs::HeartbeatMessage& heartbeat);
  void follow(const wire::acs::AttachTaskNetworkInterfacesMessage& attach);
  void follow(const wire::acs::IAMRoleCredentialsMessage& renewed);
  void follow(const OtherFrame& other);
  bool take_task(const wire::acs::Task& said, const std::string& message);
  bool start(const wire::acs::Task& said, const core::TaskId& id, const std::string& message);
  void take_credentials(const core::TaskId& task, core::TaskRole role,
                        const wire::acs::IAMRoleCredentials& said, const std::string& message);
  void synchronise();

  // What is told (remote_reports.cpp).
  void take_report(const ReportPtr& report);
  void submit_due();
  void submitted(std::uint64_t call, const CallAnswer& answer);
  void take_usage(const core::UsageReport& said);
  void publish();
  void publish_usage();
  void publish_health();
  [[nodiscard]] std::vector<core::ContainerHealth> health_in(const core::TaskReport& report) const;

  RemoteParts parts_;
  Speaker speaker_;
  core::VersionInfo version_;
  AgentActor agent_;
  PollEndpoints endpoints_;
  std::array<Dialled, 2> sessions_;
  unsigned discoveries_failed_ = 0;
  std::uint64_t messages_ = 0;

  std::map<core::TaskId, core::TaskPtr> tasks_;  ///< That have come and not stopped.
  std::set<core::TaskId> begun_before_;          ///< Known to run when this instance began.
  std::map<core::TaskId, std::vector<core::ContainerHealth>> health_;
  /// Of those with an interface of their own, until they were reported STOPPED.
  std::map<core::TaskId, std::vector<core::Attachment>> attachments_;

  std::optional<core::UsageReport> usage_;  ///< Since it was published last.

  // The first manifest: complete when the tasks that it names have come.
  bool synchronised_ = false;
  bool manifest_came_ = false;
  std::set<core::TaskId> awaited_;
  std::int64_t timeline_ = 0;
  std::string manifest_;  ///< Whose verification is still open; empty: none.

  ReportQueue reports_;
  std::map<std::uint64_t, ReportPtr> calls_;
  std::uint64_t last_call_ = 0;
};

}  // namespace troupe::api::agent_client
