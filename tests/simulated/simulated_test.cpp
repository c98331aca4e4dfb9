// The port's contract as far as something that starts nothing can keep it, and
// what scripts make of it.

#include "runtime/simulated/simulated_runtime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <malloc.h>
#include <signal.h>

#include <future>
#include <set>
#include <thread>

namespace troupe::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr Time start_time{seconds(1'700'000'000)};

PullRequest request_for(const std::string& image, PullPolicy policy = PullPolicy::if_missing) {
  PullRequest request;
  request.reference = image;
  request.policy = policy;
  return request;
}

SandboxSpec sandbox_of(const std::string& id, std::vector<NetworkSpec> networks = {}) {
  SandboxSpec spec;
  spec.id = id;
  spec.networks = std::move(networks);
  return spec;
}

struct Exited {
  std::string id;
  int exit_code;
  bool operator==(const Exited&) const = default;
};

class Simulated : public testing::Test {
 protected:
  explicit Simulated(SimulatedOptions options = {}) : runtime_(with_timeline(std::move(options))) {
    runtime_.watch([this](const ContainerExited& exited) {
      exits_.push_back({exited.id, exited.exit.exit_code});
    });
  }

  SimulatedOptions with_timeline(SimulatedOptions options) const {
    options.timeline = timeline_;
    return options;
  }

  // A container in a sandbox of the same name.
  void create(const std::string& id, const std::string& image = "web") {
    ASSERT_TRUE(runtime_.pull(request_for(image)).has_value());
    ASSERT_TRUE(runtime_.create_sandbox(sandbox_of(id)).has_value());
    ContainerSpec spec;
    spec.id = id;
    spec.sandbox = id;
    spec.image = image;
    spec.labels = {{"task", id}, {"empty", ""}};
    auto created = runtime_.create(spec);
    ASSERT_TRUE(created.has_value()) << created.error().message;
  }

  void start(const std::string& id, const std::string& image = "web") {
    create(id, image);
    ASSERT_TRUE(runtime_.start(id).has_value());
  }

  std::shared_ptr<Timeline> timeline_ = Timeline::manual(start_time);
  std::vector<Exited> exits_;
  SimulatedRuntime runtime_;
};

TEST_F(Simulated, ContainerGoesFromCreatedToRunningToExited) {
  create("a");
  EXPECT_EQ(runtime_.status("a")->state, ContainerState::created);
  auto started = runtime_.start("a");
  ASSERT_TRUE(started.has_value());
  EXPECT_EQ(started->state, ContainerState::running);
  EXPECT_GT(started->pid, 0);
  EXPECT_EQ(started->started_at, start_time);
  EXPECT_EQ(started->labels, (std::map<std::string, std::string>{{"task", "a"}, {"empty", ""}}));
  ASSERT_TRUE(runtime_.finish("a", 7).has_value());
  EXPECT_EQ(exits_, (std::vector<Exited>{{"a", 7}}));
  const auto status = runtime_.status("a");
  EXPECT_EQ(status->state, ContainerState::exited);
  EXPECT_EQ(status->pid, 0);
  EXPECT_EQ(status->exit->exit_code, 7);
  EXPECT_EQ(runtime_.finish("a", 8).error().kind, FailureKind::not_found) << "it ends once";
}

TEST_F(Simulated, AContainerThatEndedStartsAgain) {
  runtime_.set_script("job", {.run_time = seconds(90), .exit_code = 3});
  start("a", "job");
  EXPECT_EQ(runtime_.start("a").error().kind, FailureKind::conflict) << "it runs";
  runtime_.run_due(start_time + seconds(100));
  const auto again = runtime_.start("a");
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->state, ContainerState::running);
  EXPECT_FALSE(again->exit);
  runtime_.run_due(start_time + seconds(300));
  EXPECT_EQ(exits_, (std::vector<Exited>{{"a", 3}, {"a", 3}}));
}

TEST_F(Simulated, ScriptedRunTimeEndsTheContainerOnTime) {
  runtime_.set_script("job", {.run_time = seconds(90), .exit_code = 3, .out_of_memory = true});
  start("a", "job");
  EXPECT_EQ(timeline_->next_due(), start_time + seconds(90));
  EXPECT_EQ(runtime_.run_due(start_time + seconds(89)), 0U);
  EXPECT_TRUE(exits_.empty());
  EXPECT_EQ(runtime_.run_due(start_time + seconds(200)), 1U);
  EXPECT_EQ(exits_, (std::vector<Exited>{{"a", 3}}));
  EXPECT_EQ(runtime_.status("a")->exit->finished_at, start_time + seconds(90))
      << "when it was due, not when asked";
  EXPECT_TRUE(runtime_.status("a")->exit->out_of_memory);
}

TEST_F(Simulated, ExitsComeInTheOrderTheyAreDue) {
  runtime_.set_script("slow", {.run_time = seconds(2)});
  runtime_.set_script("quick", {.run_time = seconds(1)});
  start("a", "slow");
  start("b", "quick");
  start("c", "quick");
  runtime_.run_due(start_time + seconds(10));
  EXPECT_EQ(exits_, (std::vector<Exited>{{"b", 0}, {"c", 0}, {"a", 0}}));
}

TEST_F(Simulated, StopSignalEndsAfterItsDelayAndKillAtOnce) {
  runtime_.set_script("web", {.stop_delay = seconds(5), .stop_exit_code = 0});
  start("a");
  start("b");
  ASSERT_TRUE(runtime_.signal("a", SIGTERM).has_value());
  ASSERT_TRUE(runtime_.signal("b", SIGTERM).has_value());
  ASSERT_TRUE(runtime_.signal("b", SIGHUP).has_value());
  runtime_.run_due(start_time + seconds(1));
  EXPECT_TRUE(exits_.empty());
  ASSERT_TRUE(runtime_.signal("b", SIGKILL).has_value());
  runtime_.run_due(start_time + seconds(1));
  EXPECT_EQ(exits_, (std::vector<Exited>{{"b", 137}}));
  runtime_.run_due(start_time + seconds(5));
  EXPECT_EQ(exits_, (std::vector<Exited>{{"b", 137}, {"a", 0}})) << "b ends once";
  EXPECT_TRUE(runtime_.signal("a", SIGTERM).has_value()) << "success when it has ended";
  EXPECT_EQ(runtime_.signal("x", SIGTERM).error().kind, FailureKind::not_found);
}

TEST_F(Simulated, ContainerMayIgnoreTheStopSignal) {
  runtime_.set_script("stubborn", {.stop_delay = std::nullopt});
  start("a", "stubborn");
  ASSERT_TRUE(runtime_.signal("a", SIGTERM).has_value());
  EXPECT_EQ(runtime_.run_due(start_time + std::chrono::hours(1)), 0U);
  ASSERT_TRUE(runtime_.signal("a", SIGKILL).has_value());
  EXPECT_EQ(runtime_.run_due(start_time + std::chrono::hours(1)), 1U);
}

TEST_F(Simulated, ScriptedFailuresHappenAsOftenAsSaid) {
  const Failure refused{FailureKind::denied, "pull access denied"};
  runtime_.set_script("private", {.pull_failure = {{refused}}});
  runtime_.set_script("flaky", {.create_failure = {{{FailureKind::failed, "no"}, 1}},
                                .start_failure = {{{FailureKind::unavailable, "later"}, 2}}});
  for (int i = 0; i < 3; ++i) {
    auto pulled = runtime_.pull(request_for("private"));
    ASSERT_TRUE(pulled.has_error());
    EXPECT_EQ(pulled.error().message, "pull access denied");
  }
  ASSERT_TRUE(runtime_.pull(request_for("flaky")).has_value());
  ASSERT_TRUE(runtime_.create_sandbox(sandbox_of("s")).has_value());
  ContainerSpec spec;
  spec.id = "a";
  spec.sandbox = "s";
  spec.image = "flaky";
  EXPECT_EQ(runtime_.create(spec).error().message, "no");
  EXPECT_EQ(runtime_.status("a").error().kind, FailureKind::not_found);
  ASSERT_TRUE(runtime_.create(spec).has_value());
  EXPECT_EQ(runtime_.start("a").error().message, "later");
  EXPECT_EQ(runtime_.start("a").error().message, "later");
  EXPECT_TRUE(runtime_.start("a").has_value());
}

TEST_F(Simulated, ImagesArePulledOnceAndKeptWhileUsed) {
  EXPECT_EQ(runtime_.find_image("web").error().kind, FailureKind::not_found);
  EXPECT_EQ(runtime_.pull(request_for("web", PullPolicy::never)).error().kind, FailureKind::not_found);
  create("a");
  EXPECT_EQ(runtime_.find_image("web")->digest, runtime_.pull(request_for("web"))->digest);
  EXPECT_NE(runtime_.find_image("web")->digest, runtime_.pull(request_for("db"))->digest);
  EXPECT_EQ(runtime_.status("a")->image_digest, runtime_.find_image("web")->digest);
  EXPECT_EQ(runtime_.find_image("web")->digest.size(), 71U);
  EXPECT_EQ(runtime_.list_images()->size(), 2U);
  EXPECT_EQ(runtime_.remove_image("web").error().kind, FailureKind::conflict);
  ASSERT_TRUE(runtime_.remove("a").has_value());
  EXPECT_TRUE(runtime_.remove_image("web").has_value());
  EXPECT_TRUE(runtime_.remove_image("web").has_value()) << "may be repeated";
  EXPECT_EQ(runtime_.find_image("web").error().kind, FailureKind::not_found);
}

TEST_F(Simulated, WrongOrderIsRefused) {
  ContainerSpec spec;
  spec.id = "a";
  spec.sandbox = "a";
  spec.image = "web";
  EXPECT_EQ(runtime_.create(spec).error().kind, FailureKind::not_found) << "no sandbox";
  ASSERT_TRUE(runtime_.create_sandbox(sandbox_of("a")).has_value());
  EXPECT_EQ(runtime_.create_sandbox(sandbox_of("a")).error().kind, FailureKind::conflict);
  EXPECT_EQ(runtime_.create(spec).error().kind, FailureKind::not_found) << "no image";
  ASSERT_TRUE(runtime_.pull(request_for("web")).has_value());
  ASSERT_TRUE(runtime_.create(spec).has_value());
  EXPECT_EQ(runtime_.create(spec).error().kind, FailureKind::conflict);
  ASSERT_TRUE(runtime_.start("a").has_value());
  EXPECT_EQ(runtime_.start("a").error().kind, FailureKind::conflict);
  EXPECT_EQ(runtime_.start("b").error().kind, FailureKind::not_found);
}

TEST_F(Simulated, RemovedSandboxTakesItsContainersAndFreesItsPorts) {
  const SandboxSpec spec = sandbox_of("s", {{"main", NetworkKind::bridge, {{80, 8080}, {81, 0}}}});
  auto sandbox = runtime_.create_sandbox(spec);
  ASSERT_TRUE(sandbox.has_value());
  EXPECT_EQ(sandbox->networks[0].ports[0].host_port, 8080);
  EXPECT_GE(sandbox->networks[0].ports[1].host_port, 49153);
  EXPECT_FALSE(sandbox->networks[0].address.empty());
  auto second = spec;
  second.id = "t";
  auto refused = runtime_.create_sandbox(second);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().kind, FailureKind::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("Bind for 0.0.0.0:8080 failed: port is already allocated"));
  ASSERT_TRUE(runtime_.pull(request_for("web")).has_value());
  ContainerSpec container;
  container.id = "c";
  container.sandbox = "s";
  container.image = "web";
  ASSERT_TRUE(runtime_.create(container).has_value());
  ASSERT_TRUE(runtime_.start("c").has_value());
  ASSERT_TRUE(runtime_.remove_sandbox("s").has_value());
  ASSERT_TRUE(runtime_.remove_sandbox("s").has_value()) << "may be repeated";
  EXPECT_TRUE(runtime_.list()->empty());
  EXPECT_TRUE(runtime_.list_sandboxes()->empty());
  EXPECT_TRUE(runtime_.create_sandbox(second).has_value());
  runtime_.run_due(start_time);
  EXPECT_EQ(exits_, (std::vector<Exited>{{"c", 137}})) << "what ran was killed";
}

TEST_F(Simulated, WhatASandboxAskedForIsKept) {
  SandboxSpec spec = sandbox_of("s");
  spec.user_namespace = true;
  spec.storage_bytes = 20ULL << 30U;
  ASSERT_TRUE(runtime_.create_sandbox(spec).has_value());
  ASSERT_TRUE(runtime_.create_sandbox(sandbox_of("t")).has_value());
  EXPECT_TRUE(runtime_.isolation_of("s")->user_namespace);
  EXPECT_EQ(runtime_.isolation_of("s")->storage_bytes, 20ULL << 30U);
  EXPECT_FALSE(runtime_.isolation_of("t")->user_namespace);
  EXPECT_FALSE(runtime_.isolation_of("t")->storage_bytes);
  EXPECT_EQ(runtime_.isolation_of("u").error().kind, FailureKind::not_found);
}

TEST_F(Simulated, ExitOfARemovedContainerIsNotThatOfItsSuccessor) {
  runtime_.set_script("job", {.run_time = seconds(10)});
  start("a", "job");
  ASSERT_TRUE(runtime_.remove_sandbox("a").has_value());
  runtime_.run_due(start_time + seconds(5));
  exits_.clear();
  start("a", "job");
  runtime_.run_due(start_time + seconds(14));
  EXPECT_TRUE(exits_.empty());
  runtime_.run_due(start_time + seconds(15));
  EXPECT_EQ(exits_, (std::vector<Exited>{{"a", 0}}));
}

TEST_F(Simulated, ExecAndStatsAnswerForRunningContainersOnly) {
  runtime_.set_script("web", {.exec_exit_code = 1, .exec_output = "unhealthy", .memory_bytes = 1000});
  create("a");
  ExecRequest short_output;
  short_output.output_limit_bytes = 7;
  EXPECT_EQ(runtime_.exec("a", {}).error().kind, FailureKind::not_found);
  ASSERT_TRUE(runtime_.start("a").has_value());
  EXPECT_EQ(runtime_.exec("a", {})->exit_code, 1);
  EXPECT_EQ(runtime_.exec("a", short_output)->output, "healthy");
  runtime_.run_due(start_time + seconds(20));
  EXPECT_EQ(runtime_.stats("a")->cpu_ns, 1'000'000'000U);
  EXPECT_EQ(runtime_.stats("a")->memory_bytes, 1000U);
}

TEST_F(Simulated, ContainerCostsLessThanAKibibyte) {
  constexpr std::size_t count = 10'000;
  ASSERT_TRUE(runtime_.pull(request_for("web")).has_value());
  const auto before = ::mallinfo2().uordblks;
  ContainerSpec spec;
  spec.image = "web";
  for (std::size_t i = 0; i < count; ++i) {
    const std::string id = "0123456789abcdef0123456789abcdef-" + std::to_string(i);
    spec.sandbox = id;
    spec.id = id + "-web";
    spec.labels = {{"task", id}, {"container", "web"}};
    ASSERT_TRUE(runtime_.create_sandbox(sandbox_of(id, {{"main", NetworkKind::host, {}}})).has_value());
    ASSERT_TRUE(runtime_.create(spec).has_value());
    ASSERT_TRUE(runtime_.start(spec.id).has_value());
  }
  EXPECT_LT((::mallinfo2().uordblks - before) / count, 1024U);
}

TEST(SimulatedInRealTime, ExitsArriveOnAThreadOfItsOwn) {
  SimulatedOptions options;
  options.otherwise.run_time = milliseconds{0};
  SimulatedRuntime runtime(options);
  std::promise<std::pair<std::string, std::thread::id>> heard;
  runtime.watch([&](const ContainerExited& exited) {
    heard.set_value({exited.id, std::this_thread::get_id()});
  });
  ASSERT_TRUE(runtime.pull(request_for("job")).has_value());
  ASSERT_TRUE(runtime.create_sandbox(sandbox_of("a")).has_value());
  ContainerSpec spec;
  spec.id = "a";
  spec.sandbox = "a";
  spec.image = "job";
  ASSERT_TRUE(runtime.create(spec).has_value());
  ASSERT_TRUE(runtime.start("a").has_value());
  auto future = heard.get_future();
  ASSERT_EQ(future.wait_for(seconds(10)), std::future_status::ready);
  const auto [id, thread] = future.get();
  EXPECT_EQ(id, "a");
  EXPECT_NE(thread, std::this_thread::get_id());
}

TEST(SimulatedInRealTime, RuntimeMayGoWhileItsExitsAreDelivered) {
  for (int round = 0; round < 50; ++round) {
    SimulatedOptions options;
    options.otherwise.run_time = milliseconds{0};
    std::promise<void> heard;
    auto runtime = std::make_unique<SimulatedRuntime>(options);
    runtime->watch([&](const ContainerExited&) { heard.set_value(); });
    ASSERT_TRUE(runtime->pull(request_for("job")).has_value());
    ASSERT_TRUE(runtime->create_sandbox(sandbox_of("a")).has_value());
    ContainerSpec spec;
    spec.id = "a";
    spec.sandbox = "a";
    spec.image = "job";
    ASSERT_TRUE(runtime->create(spec).has_value());
    ASSERT_TRUE(runtime->start("a").has_value());
    ASSERT_EQ(heard.get_future().wait_for(seconds(10)), std::future_status::ready);
    runtime.reset();
  }
}

TEST(SimulatedInRealTime, DelaysPassInTheCallersTime) {
  SimulatedOptions options;
  options.images["slow"].pull_delay = milliseconds{30};
  SimulatedRuntime runtime(options);
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(runtime.pull(request_for("slow")).has_value());
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds{30});
}

TEST(SimulatedInRealTime, ManyThreadsMayWorkOnRuntimesThatShareATimeline) {
  const auto timeline = Timeline::real();
  std::mutex mutex;
  std::multiset<std::string> exits;
  std::condition_variable changed;
  std::vector<std::unique_ptr<SimulatedRuntime>> hosts;
  for (int i = 0; i < 4; ++i) {
    SimulatedOptions options;
    options.timeline = timeline;
    options.otherwise.run_time = milliseconds{1};
    hosts.push_back(std::make_unique<SimulatedRuntime>(options));
    hosts.back()->watch([&](const ContainerExited& exited) {
      const std::lock_guard lock(mutex);
      exits.insert(exited.id);
      changed.notify_all();
    });
  }
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      SimulatedRuntime& host = *hosts[t % hosts.size()];
      for (int i = 0; i < 50; ++i) {
        const std::string id = std::to_string(t) + "-" + std::to_string(i);
        ContainerSpec spec;
        spec.id = id;
        spec.sandbox = id;
        spec.image = "job";
        EXPECT_TRUE(host.pull(request_for("job")).has_value());
        EXPECT_TRUE(
            host.create_sandbox(sandbox_of(id, {{"main", NetworkKind::bridge, {{80, 0}}}})).has_value());
        EXPECT_TRUE(host.create(spec).has_value());
        EXPECT_TRUE(host.start(id).has_value());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  std::unique_lock lock(mutex);
  EXPECT_TRUE(changed.wait_for(lock, seconds(20), [&] { return exits.size() == 400; }));
  EXPECT_EQ(std::set<std::string>(exits.begin(), exits.end()).size(), 400U) << "each once";
}

}  // namespace
}  // namespace troupe::runtime
