/// The life of a task on its host, event by event.

#include "tests/node/run_driver.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe::node::testing {
namespace {

using core::ContainerCondition;

TEST(TaskRunStart, OneContainerTakesTheShortestWay) {
  RunDriver task{plan_of({planned("web")})};
  EXPECT_EQ(task.begun(), (Lines{"create sandbox", "pull 0"}));
  EXPECT_EQ(task.pulled(), Lines{});
  EXPECT_EQ(task.sandbox(), Lines{"launch 0"});
  EXPECT_EQ(task.started(), Lines{"report RUNNING: RUNNING"});
}

TEST(TaskRunStart, SandboxAndImageMayComeInAnyOrder) {
  RunDriver task{plan_of({planned("web")})};
  task.begun();
  EXPECT_EQ(task.sandbox(), Lines{});
  EXPECT_EQ(task.pulled(), Lines{"launch 0"});
}

TEST(TaskRunStart, OneImageIsPulledOnceForAllItsContainers) {
  auto plan = plan_of({planned("a"), planned("b"), planned("c")});
  plan->containers[2].image = plan->containers[0].image;
  RunDriver task{plan};
  EXPECT_EQ(task.begun(), (Lines{"create sandbox", "pull 0", "pull 1"}));
  task.sandbox();
  EXPECT_EQ(task.pulled(0), (Lines{"launch 0", "launch 2"}));
  EXPECT_EQ(task.run.containers[2].digest, "sha256:0");
}

TEST(TaskRunStart, ContainersAreCreatedWhileOtherImagesArePulled) {
  RunDriver task{plan_of({planned("a"), planned("b")})};
  task.begun();
  task.sandbox();
  EXPECT_EQ(task.pulled(1), Lines{"launch 1"});
  EXPECT_EQ(task.started(1), Lines{}) << "one of two is not worth a report";
  task.pulled(0);
  task.created(0);
  EXPECT_EQ(task.started(0), Lines{"report RUNNING: RUNNING RUNNING"});
}

TEST(TaskRunStart, PullTimesSpanAllImages) {
  RunDriver task{plan_of({planned("a"), planned("b")})};
  task.begun();
  const auto began = task.now;
  task.after(2s, ImagePulled{0, "d"});
  EXPECT_EQ(task.run.pull_started_at, began);
  EXPECT_FALSE(task.run.pull_stopped_at);
  task.after(3s, ImagePulled{1, "d"});
  EXPECT_EQ(task.run.pull_stopped_at, began + 5s);
}

TEST(TaskRunStart, VolumesComeFromAContainerThatExists) {
  auto plan = plan_of({planned("a"), planned("b")});
  plan->containers[1].volume_sources = {0};
  RunDriver task{plan};
  task.begun();
  task.pulled(0);
  task.pulled(1);
  EXPECT_EQ(task.sandbox(), Lines{"create 0"});
  EXPECT_EQ(task.created(0), (Lines{"launch 1", "start 0"}));
}

TEST(TaskRunStart, AContainerThatMustWaitIsCreatedAhead) {
  auto plan = plan_of({planned("init", false), planned("web")});
  depends(*plan, 1, 0, ContainerCondition::COMPLETE);
  RunDriver task{plan};
  task.begun();
  task.sandbox();
  EXPECT_EQ(task.pulled(1), Lines{"create 1"});
  EXPECT_EQ(task.pulled(0), Lines{"launch 0"});
  EXPECT_EQ(task.created(1), Lines{});
  EXPECT_EQ(task.started(0), Lines{"report PENDING: RUNNING PENDING"});
  EXPECT_EQ(task.exited(0, 0), Lines{"start 1"});
}

TEST(TaskRunFailure, PullFailureEndsTheTask) {
  RunDriver task{plan_of({planned("web")})};
  task.begun();
  task.sandbox();
  const runtime::Failure denied{runtime::FailureKind::denied, "registry says no"};
  EXPECT_EQ(task.on(ImagePullFailed{0, denied}), Lines{"release"});
  EXPECT_EQ(task.released(), Lines{"report STOPPED: STOPPED"});
  EXPECT_EQ(task.last_report->stop_code, core::TaskStopCode::TaskFailedToStart);
  EXPECT_EQ(task.last_report->reason, "CannotPullContainerError: registry says no");
  EXPECT_EQ(task.last_report->containers[0].reason, "CannotPullContainerError: registry says no");
  EXPECT_FALSE(task.last_report->execution_stopped_at);
}

TEST(TaskRunFailure, ARegistryThatDoesNotAnswerIsAskedAgain) {
  RunDriver task{plan_of({planned("web")})};
  task.begun();
  const runtime::Failure silent{runtime::FailureKind::unavailable, "no answer"};
  EXPECT_EQ(task.on(ImagePullFailed{0, silent}), Lines{"timer pull_again 0 1000"});
  EXPECT_EQ(task.rang(TimerKind::pull_again), Lines{"pull 0"});
  EXPECT_EQ(task.rang(TimerKind::pull_again), Lines{}) << "a repeated timer is harmless";
  EXPECT_EQ(task.on(ImagePullFailed{0, silent}), Lines{"timer pull_again 0 2000"});
  task.rang(TimerKind::pull_again);
  EXPECT_EQ(task.on(ImagePullFailed{0, silent}), Lines{}) << "the sandbox is still being made";
  EXPECT_EQ(task.sandbox(), Lines{"release"});
  EXPECT_EQ(task.released(), Lines{"report STOPPED: STOPPED"});
}

TEST(TaskRunFailure, AFailedSandboxLeavesNothingToRelease) {
  RunDriver task{plan_of({planned("web"), planned("side")})};
  task.begun();
  EXPECT_EQ(task.on(SandboxFailed{{runtime::FailureKind::failed, "no bridge"}}),
            Lines{"report STOPPED: STOPPED STOPPED"});
  EXPECT_EQ(task.last_report->reason, "ResourceInitializationError: no bridge");
  EXPECT_EQ(task.pulled(0), Lines{}) << "what comes later is stale";
}

TEST(TaskRunFailure, ATakenPortSaysSo) {
  RunDriver task{plan_of({planned("web")})};
  task.begun();
  task.on(SandboxFailed{{runtime::FailureKind::conflict, "port 80 is taken"}});
  EXPECT_EQ(task.last_report->reason, "CannotStartContainerError: port 80 is taken");
}

TEST(TaskRunFailure, CreateAndStartFailuresHaveTheirOwnNames) {
  RunDriver create{plan_of({planned("web")})};
  create.begun();
  create.pulled();
  create.sandbox();
  create.on(ContainerCreateFailed{0, {runtime::FailureKind::invalid, "bad user"}});
  create.released();
  EXPECT_EQ(create.last_report->reason, "CannotCreateContainerError: bad user");

  RunDriver start{plan_of({planned("web")})};
  start.begun();
  start.pulled();
  start.sandbox();
  start.created();
  start.on(ContainerStartFailed{0, {runtime::FailureKind::failed, "no such file"}});
  start.released();
  EXPECT_EQ(start.last_report->reason, "CannotStartContainerError: no such file");
  EXPECT_EQ(start.last_report->stop_code, core::TaskStopCode::TaskFailedToStart);
}

TEST(TaskRunFailure, AContainerThatIsNotEssentialMayFailAlone) {
  RunDriver task{plan_of({planned("web"), planned("side", false)})};
  task.begun();
  task.sandbox();
  task.pulled(0);
  task.created(0);
  task.on(ImagePullFailed{1, {runtime::FailureKind::not_found, "gone"}});
  EXPECT_EQ(task.started(0), Lines{"report RUNNING: RUNNING STOPPED"});
  EXPECT_EQ(task.last_report->containers[1].reason, "CannotPullContainerError: gone");
}

TEST(TaskRunEnd, AnEssentialExitEndsTheTask) {
  RunDriver task{plan_of({planned("web")})};
  task.bring_up();
  EXPECT_EQ(task.exited(0, 3), Lines{"release"});
  EXPECT_EQ(task.released(), Lines{"report STOPPED: STOPPED(3)"});
  EXPECT_EQ(task.last_report->stop_code, core::TaskStopCode::EssentialContainerExited);
  EXPECT_EQ(task.last_report->reason, "Essential container in task exited");
  EXPECT_EQ(task.last_report->execution_stopped_at, task.now);
  EXPECT_EQ(task.exited(0, 3), Lines{});
  EXPECT_EQ(task.on(StopAsked{}), Lines{});
}

TEST(TaskRunEnd, ExecutionStoppedWhenTheLastContainerExited) {
  RunDriver task{plan_of({planned("web"), planned("side", false), planned("unready", false)})};
  task.begun();
  task.sandbox();
  task.pulled(0);
  task.pulled(1);
  task.started(0);
  task.started(1);
  task.exited(0, 1);
  EXPECT_FALSE(task.last_report->execution_stopped_at) << "the other one still runs";
  task.now += 7s;
  const auto last = task.now;
  task.exited(1, 143);
  task.now += 2s;
  task.pulled(2);
  task.released();
  EXPECT_EQ(task.last_report->execution_stopped_at, last);
}

TEST(TaskRunEnd, ExecutionStoppedAtTheRuntimesWordWhereItCanBe) {
  RunDriver task{plan_of({planned("web")})};
  task.bring_up();
  const auto ended = task.now + 1s;
  task.now += 60s;  // Nobody heard of it until now.
  task.on(ContainerExited{0, {1, false, ended}});
  task.released();
  EXPECT_EQ(task.last_report->execution_stopped_at, ended);

  RunDriver odd{plan_of({planned("web")})};
  odd.bring_up();
  odd.on(ContainerExited{0, {1, false, odd.now + 3600s}});
  odd.released();
  EXPECT_EQ(odd.last_report->execution_stopped_at, odd.now) << "a host's clock may go wrong";
}

TEST(TaskRunEnd, OtherContainersAreStoppedWhenAnEssentialOneExits) {
  RunDriver task{plan_of({planned("web"), planned("side", false)})};
  task.bring_up();
  EXPECT_EQ(task.exited(0, 1),
            (Lines{"signal 1 15", "timer stop_grace 1 30000", "report RUNNING: STOPPED(1) RUNNING"}));
  EXPECT_EQ(task.last_report->stop_code, core::TaskStopCode::EssentialContainerExited);
  EXPECT_EQ(task.rang(TimerKind::stop_grace, 1), (Lines{"signal 1 9", "timer still_alive 1 10000"}));
  EXPECT_EQ(task.exited(1, 137), Lines{"release"});
  EXPECT_EQ(task.released(), Lines{"report STOPPED: STOPPED(1) STOPPED(137)"});
}

TEST(TaskRunEnd, AnExitOfAnotherContainerIsOnlyReported) {
  RunDriver task{plan_of({planned("web"), planned("side", false)})};
  task.bring_up();
  EXPECT_EQ(task.exited(1, 0), Lines{"report RUNNING: RUNNING STOPPED(0)"});
  EXPECT_EQ(task.exited(1, 0), Lines{});
}

TEST(TaskRunEnd, OutOfMemoryIsTheContainersReason) {
  RunDriver task{plan_of({planned("web")})};
  task.bring_up();
  task.exited(0, 137, true);
  task.released();
  EXPECT_EQ(task.last_report->containers[0].reason, "OutOfMemoryError: Container killed due to memory usage");
  EXPECT_EQ(task.last_report->containers[0].exit_code, 137);
}

TEST(TaskRunEnd, AVeryShortContainerIsReportedRunningFirst) {
  RunDriver heard_early{plan_of({planned("job")})};
  heard_early.begun();
  heard_early.pulled();
  heard_early.sandbox();
  heard_early.created();
  EXPECT_EQ(heard_early.exited(0, 0), Lines{});
  EXPECT_EQ(heard_early.started(), (Lines{"report RUNNING: RUNNING", "release"}));
  EXPECT_EQ(heard_early.released(), Lines{"report STOPPED: STOPPED(0)"});
}

TEST(TaskRunStop, SignalsThenKillsWhenGraceRunsOut) {
  auto plan = plan_of({planned("web")});
  plan->containers[0].stop_timeout = 7s;
  RunDriver task{plan};
  task.bring_up();
  EXPECT_EQ(task.on(StopAsked{}), (Lines{"signal 0 15", "timer stop_grace 0 7000"}));
  EXPECT_EQ(task.on(StopAsked{}), Lines{});
  EXPECT_EQ(task.rang(TimerKind::stop_grace), (Lines{"signal 0 9", "timer still_alive 0 10000"}));
  EXPECT_EQ(task.rang(TimerKind::stop_grace), Lines{});
  EXPECT_EQ(task.rang(TimerKind::still_alive),
            (Lines{"inspect 0", "signal 0 9", "timer still_alive 0 20000"}));
  EXPECT_EQ(task.exited(0, 137), Lines{"release"});
  EXPECT_EQ(task.released(), Lines{"report STOPPED: STOPPED(137)"});
  EXPECT_FALSE(task.last_report->stop_code) << "the control plane knows why";
}

TEST(TaskRunStop, TheImagesOwnSignalIsUsed) {
  RunDriver task{plan_of({planned("web")})};
  task.begun();
  task.pulled();
  task.sandbox();
  task.created();
  runtime::ContainerStatus status;
  status.stop_signal = "SIGQUIT";
  task.on(ContainerStarted{0, status});
  EXPECT_EQ(task.on(StopAsked{})[0], "signal 0 3");
}

TEST(TaskRunStop, GoesAgainstTheOrderOfTheStart) {
  auto plan = plan_of({planned("db"), planned("app"), planned("web")});
  depends(*plan, 1, 0, ContainerCondition::START);
  depends(*plan, 2, 1, ContainerCondition::START);
  RunDriver task{plan};
  task.bring_up();
  task.started(1);
  task.started(2);
  ASSERT_EQ(task.run.status, core::TaskStatus::RUNNING);
  EXPECT_EQ(task.on(StopAsked{}), (Lines{"signal 2 15", "timer stop_grace 2 30000"}));
  EXPECT_EQ(task.exited(2, 143), (Lines{"signal 1 15", "timer stop_grace 1 30000"}));
  EXPECT_EQ(task.exited(1, 143), (Lines{"signal 0 15", "timer stop_grace 0 30000"}));
  EXPECT_EQ(task.exited(0, 143), Lines{"release"});
}

TEST(TaskRunStop, BeforeAnythingRanEndsAtOnce) {
  RunDriver task{plan_of({planned("web")})};
  task.begun();
  EXPECT_EQ(task.on(StopAsked{}), Lines{}) << "the sandbox is still being made";
  EXPECT_EQ(task.sandbox(), Lines{"release"});
  EXPECT_EQ(task.released(), Lines{"report STOPPED: STOPPED"});
}

TEST(TaskRunStop, DuringAStartWaitsForItsAnswer) {
  RunDriver task{plan_of({planned("web")})};
  task.begun();
  task.pulled();
  task.sandbox();
  task.created();
  EXPECT_EQ(task.on(StopAsked{}), Lines{});
  EXPECT_EQ(task.started(), (Lines{"signal 0 15", "timer stop_grace 0 30000"}));
}

TEST(TaskRunStop, AContainerThatIsGoneCountsAsEnded) {
  RunDriver task{plan_of({planned("web")})};
  task.bring_up();
  task.on(StopAsked{});
  EXPECT_EQ(task.on(ContainerGone{0}), Lines{"release"});
}

TEST(TaskRunDependencies, CompleteWaitsForTheExit) {
  auto plan = plan_of({planned("init", false), planned("web")});
  depends(*plan, 1, 0, ContainerCondition::COMPLETE);
  RunDriver task{plan};
  task.bring_up();
  EXPECT_EQ(task.run.status, core::TaskStatus::PENDING);
  ASSERT_TRUE(task.last_report) << "a long start shows what it does";
  EXPECT_EQ(line_of(Report{task.last_report}), "report PENDING: RUNNING PENDING");
  EXPECT_EQ(task.exited(0, 5), Lines{"start 1"});
  EXPECT_EQ(task.started(1), Lines{"report RUNNING: STOPPED(5) RUNNING"});
}

TEST(TaskRunDependencies, SuccessFailsTheTaskWhenItCannotCome) {
  auto plan = plan_of({planned("init", false), planned("web")});
  depends(*plan, 1, 0, ContainerCondition::SUCCESS);
  RunDriver task{plan};
  task.bring_up();
  EXPECT_EQ(task.exited(0, 1), Lines{"release"});
  task.released();
  EXPECT_EQ(task.last_report->stop_code, core::TaskStopCode::TaskFailedToStart);
  EXPECT_NE(task.last_report->reason.find("did not exit successfully"), std::string::npos);
  EXPECT_EQ(task.last_report->containers[1].exit_code, 143);
}

TEST(TaskRunDependencies, HealthyWaitsForTheProbe) {
  auto plan = plan_of({planned("db"), planned("web")});
  depends(*plan, 1, 0, ContainerCondition::HEALTHY);
  plan->containers[0].health = HealthSpec{};
  RunDriver task{plan};
  task.bring_up();
  EXPECT_EQ(task.rang(TimerKind::health_probe), Lines{"probe 0"});
  EXPECT_EQ(task.on(HealthProbed{0, 1, true}), (Lines{"timer health_probe 0 30000", "start 1"}));
  EXPECT_EQ(task.started(1), Lines{"report RUNNING: RUNNING/HEALTHY RUNNING"});
}

TEST(TaskRunDependencies, GiveUpAfterTheStartTimeout) {
  auto plan = plan_of({planned("db"), planned("web")});
  depends(*plan, 1, 0, ContainerCondition::HEALTHY);
  plan->containers[0].health = HealthSpec{};
  plan->containers[0].start_timeout = 20s;
  RunDriver task{plan};
  task.bring_up();
  const auto lines = task.rang(TimerKind::dependency_limit);
  EXPECT_EQ(lines[0], "signal 0 15");
  task.exited(0, 143);
  task.released();
  EXPECT_EQ(task.last_report->stop_code, core::TaskStopCode::TaskFailedToStart);
  EXPECT_NE(task.last_report->reason.find("timed out"), std::string::npos);
}

TEST(TaskRunHealth, TurnsUnhealthyAfterTheRetries) {
  auto plan = plan_of({planned("web")});
  plan->containers[0].health = HealthSpec{};
  plan->containers[0].health->retries = 2;
  RunDriver task{plan};
  task.bring_up();
  task.rang(TimerKind::health_probe);
  EXPECT_EQ(task.on(HealthProbed{0, 1, false}), Lines{"timer health_probe 0 30000"});
  EXPECT_EQ(task.on(HealthProbed{0, 1, false}), Lines{}) << "a repeated answer is harmless";
  task.rang(TimerKind::health_probe);
  EXPECT_EQ(task.on(HealthProbed{0, 1, false}),
            (Lines{"timer health_probe 0 30000", "report RUNNING: RUNNING/UNHEALTHY"}));
  task.rang(TimerKind::health_probe);
  EXPECT_EQ(task.on(HealthProbed{0, 1, true}),
            (Lines{"timer health_probe 0 30000", "report RUNNING: RUNNING/HEALTHY"}));
  task.rang(TimerKind::health_probe);
  EXPECT_EQ(task.on(HealthProbed{0, 0, false}), Lines{}) << "of an earlier start";
}

TEST(TaskRunHealth, FailuresInTheStartPeriodDoNotCount) {
  auto plan = plan_of({planned("web")});
  plan->containers[0].health = HealthSpec{};
  plan->containers[0].health->retries = 1;
  plan->containers[0].health->start_period = 60s;
  RunDriver task{plan};
  task.bring_up();
  task.rang(TimerKind::health_probe);
  task.after(59s, HealthProbed{0, 1, false});
  EXPECT_EQ(task.run.containers[0].health, core::HealthStatus::UNKNOWN);
  task.rang(TimerKind::health_probe);
  task.after(1s, HealthProbed{0, 1, false});
  EXPECT_EQ(task.run.containers[0].health, core::HealthStatus::UNHEALTHY);
}

TEST(TaskRunRelease, IsTriedAgainAndThenLeftToTheAgent) {
  RunDriver task{plan_of({planned("web")})};
  task.bring_up();
  task.exited(0, 0);
  const SandboxReleaseFailed busy{{runtime::FailureKind::failed, "busy"}};
  for (std::uint32_t attempt = 1; attempt < 5; ++attempt) {
    EXPECT_EQ(task.on(busy).size(), 1U);
    EXPECT_EQ(task.rang(TimerKind::release_again, 0, attempt), Lines{"release"});
  }
  EXPECT_EQ(task.on(busy), Lines{"report STOPPED: STOPPED(0)"});
}

TEST(TaskRunNetwork, BindingsAndAddressesAreReported) {
  RunDriver task{plan_of({planned("web")})};
  task.begun();
  task.pulled();
  runtime::Network bridge{"web", runtime::NetworkKind::bridge, "10.0.0.2", "", "", "", {}};
  bridge.ports.push_back({80, 32768, runtime::Protocol::tcp, "0.0.0.0"});
  runtime::Network own{"task", runtime::NetworkKind::address, "10.0.1.9", "", "aa:bb", "", {}};
  EXPECT_EQ(task.on(SandboxCreated{{"task", {bridge, own}, {}}}),
            (Lines{"launch 0", "report PENDING: PENDING"}));
  EXPECT_EQ(task.last_report->network_details[1].value, "10.0.1.9");
  task.created();
  task.started();
  ASSERT_EQ(task.last_report->containers[0].bindings.size(), 1U);
  EXPECT_EQ(task.last_report->containers[0].bindings[0].hostPort, 32768);
}

TEST(TaskRunNetwork, OnTheHostsNetworkThePortsAreTheContainers) {
  auto plan = plan_of({planned("web")});
  plan->containers[0].ports = {{8080, 0, runtime::Protocol::udp, "0.0.0.0"}};
  RunDriver task{plan};
  task.begun();
  task.pulled();
  runtime::Network host;
  host.name = "web";
  host.kind = runtime::NetworkKind::host;
  task.on(SandboxCreated{{"task", {host}, {}}});
  task.created();
  task.started();
  ASSERT_EQ(task.last_report->containers[0].bindings.size(), 1U);
  EXPECT_EQ(task.last_report->containers[0].bindings[0].hostPort, 8080);
  EXPECT_EQ(task.last_report->containers[0].bindings[0].protocol, core::TransportProtocol::udp);
}

TEST(SignalNumber, ReadsWhatImagesSay) {
  EXPECT_EQ(signal_number("SIGTERM"), 15);
  EXPECT_EQ(signal_number("quit"), 3);
  EXPECT_EQ(signal_number("9"), 9);
  EXPECT_EQ(signal_number("SIGRTMIN+3"), 37);
  EXPECT_EQ(signal_number(""), 15);
  EXPECT_EQ(signal_number("nonsense"), 15);
}

}  // namespace
}  // namespace troupe::node::testing
