/// One description, one world.

#include "tools/simulate/play.hpp"

#include "tools/simulate/caller.hpp"
#include "tools/simulate/observer.hpp"
#include "tools/simulation/referee.hpp"
#include "tools/simulation/scratch_directory.hpp"
#include "tools/simulation/virtual_cluster.hpp"

#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace troupe::tools::simulate {
namespace {

using namespace std::chrono_literals;

constexpr core::Millis sample_every = 5s;
constexpr std::size_t samples_max = 4'000;
/// A setup that has not come to rest by then is reported as it stands.
constexpr core::Millis setup_patience = 1h;

simulation::ClusterSetup setup_of(const Description& description) {
  simulation::ClusterSetup setup;
  setup.seed = description.seed;
  setup.scripts.images = description.images;
  setup.jobs[1] = {description.pull_least, description.pull_most};
  return setup;
}

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

class Performance {
 public:
  explicit Performance(const Description& description)
      : description_(description),
        world_(setup_of(description)),
        referee_(world_),
        observer_(world_, referee_, report_),
        caller_(world_, "000000000000") {
    report_.name = description.name;
    report_.seed = description.seed;
    const auto breach = [this](const std::string& what) { report_.breaches.push_back(what); };
    referee_.on_breach = breach;
    world_.on_trouble(breach);
  }

  Report run() {
    begin();
    if (description_.from_steady) wait_for_rest(setup_patience);
    follow_schedule();
    observer_.finish();
    report_.lasted = observer_.now();
    report_.tasks_started = referee_.tasks_seen();
    report_.unrest = referee_.unrest();
    return std::move(report_);
  }

 private:
  void begin() {
    world_.start_server();
    call({"CreateCluster", "{\"clusterName\":" + quoted(description_.cluster) + "}"});
    for (const auto& instance : description_.instances) {
      simulation::HostSetup host;
      host.name = instance.name;
      host.cluster = description_.cluster;
      host.zone = instance.zone;
      host.cpu_units = instance.cpu;
      host.memory_mib = instance.memory;
      host.directory = directory_.path() + "/" + instance.name;
      for (const auto& [name, value] : instance.attributes) {
        core::Attribute attribute;
        attribute.name = name;
        if (!value.empty()) attribute.value = value;
        host.attributes.push_back(std::move(attribute));
      }
      world_.add_host(std::move(host));
    }
    world_.run_for(3s);
    for (const auto& one : description_.setup) call(one);
  }

  void call(const DescribedCall& one) {
    const auto answer = caller_.call(one.operation, with_instances(one.request));
    const auto kind = answer ? Happening::Kind::call : Happening::Kind::refused;
    const auto text = answer ? one.operation
                             : one.operation + " is refused: " + exception_name(answer.error().code) + ": " +
                                   answer.error().message;
    observer_.note(kind, "", text);
    if (answer) note_failures(*answer);
  }

  /// RunTask answers with what it could not place.
  void note_failures(const std::string& response) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    simdjson::dom::array failures;
    if (parser.parse(response).get(root) != simdjson::SUCCESS ||
        root["failures"].get(failures) != simdjson::SUCCESS) {
      return;
    }
    for (const auto failure : failures) {
      std::string_view reason;
      if (failure["reason"].get(reason) == simdjson::SUCCESS)
        observer_.count_refusal("RunTask", std::string{reason});
    }
  }

  /// "@NAME" in a request is the id that the instance of this name was given.
  [[nodiscard]] std::string with_instances(std::string request) const {
    for (const auto& [id, instance] : referee_.instances()) {
      if (instance->status == core::InstanceStatus::INACTIVE) continue;
      const auto name = "\"@" + instance->host_id + "\"";
      for (auto at = request.find(name); at != std::string::npos; at = request.find(name)) {
        request.replace(at, name.size(), quoted(core::to_string(id)));
      }
    }
    return request;
  }

  void wait_for_rest(core::Millis patience) {
    const auto end = world_.now() + patience;
    int calm = 0;
    while (world_.now() < end && calm < 3) {
      go_on();
      calm = referee_.unrest().empty() ? calm + 1 : 0;
    }
    if (!report_.steady_at && calm > 0) report_.steady_at = observer_.now();
  }

  void follow_schedule() {
    auto steps = description_.schedule;
    std::ranges::stable_sort(steps, {}, &DescribedStep::at);
    const auto from = description_.from_steady ? world_.now() : observer_.begun();
    if (!steps.empty()) {
      report_.steps_from = std::chrono::duration_cast<core::Millis>(from - observer_.begun());
      if (description_.from_steady) observer_.begin_count();
    }
    core::Time last = from;
    for (const auto& step : steps) {
      last = from + step.at;
      while (world_.now() + sample_every < last) {
        go_on();
        look_for_rest();
      }
      world_.run_until(std::max(last, world_.now()));
      step.call ? call(*step.call) : strike(*step.fault);
    }
    const auto end = from + description_.lasts;
    int calm = 0;
    const int enough = steps.empty() ? 1 : 3;
    while (world_.now() < end && (calm < enough || world_.now() < mended_at_)) {
      go_on();
      look_for_rest();
      calm = referee_.unrest().empty() ? calm + 1 : 0;
      if (calm == 1) rest_at_ = observer_.now();
    }
    if (calm > 0) report_.finished_at = rest_at_;
  }

  void look_for_rest() {
    if (!report_.steady_at && referee_.unrest().empty()) report_.steady_at = observer_.now();
  }

  void go_on() {
    world_.run_for(sample_every);
    if (report_.samples.size() < samples_max) observer_.sample();
  }

  void strike(const DescribedFault& fault) {
    using enum FaultKind;
    switch (fault.kind) {
      case crash_server:
        observer_.note(Happening::Kind::fault, "", "the server crashes");
        world_.crash_server();
        mend(fault, [this] { world_.start_server(); });
        return;
      case lose_zone:
        for (const auto& [name, host] : world_.hosts()) {
          if (host->setup().zone == fault.target) lose(name, fault);
        }
        return;
      case end_containers:
        return end_containers_of(fault.target);
      case lose_instance:
      case crash_agent:
      case cut_line:
        break;
    }
    const auto host = world_.hosts().find(fault.target);
    if (host == world_.hosts().end()) {
      return observer_.note(Happening::Kind::note, "", "there is no instance " + fault.target);
    }
    if (fault.kind == lose_instance) return lose(fault.target, fault);
    if (fault.kind == crash_agent) {
      observer_.note(Happening::Kind::fault, fault.target, "its agent crashes");
      host->second->crash();
      mend(fault, [&one = *host->second] { one.start(); });
      return;
    }
    observer_.note(Happening::Kind::fault, fault.target, "its line is cut");
    host->second->link().cut();
    host->second->link().block_for(fault.lasts.value_or(description_.lasts));
  }

  void lose(const std::string& name, const DescribedFault& fault) {
    auto& host = world_.host(name);
    observer_.note(Happening::Kind::fault, name, "the instance is lost");
    host.lose();
    referee_.host_lost(name);
    mend(fault, [&host] { host.start(); });
    // An instance that does not come back is taken out, as its operator would.
    if (fault.lasts) return;
    for (const auto& [id, instance] : referee_.instances()) {
      if (instance->host_id != name || instance->status == core::InstanceStatus::INACTIVE) continue;
      call({"DeregisterContainerInstance",
            "{\"cluster\":" + quoted(description_.cluster) +
                ",\"force\":true,\"containerInstance\":" + quoted(core::to_string(id)) + "}"});
    }
  }

  void end_containers_of(const std::string& image) {
    observer_.note(Happening::Kind::fault, image, "containers of this image end");
    for (const auto& [id, task] : referee_.tasks()) {
      if (task->last_status != core::TaskStatus::RUNNING) continue;
      const auto& containers = *task->definition->definition.containerDefinitions;
      const bool hit = std::ranges::any_of(containers, [&](const auto& one) { return one.image == image; });
      if (!hit) continue;
      for (const auto& [name, host] : world_.hosts()) {
        for (const auto& one : *host->containers().list()) {
          if (one.sandbox == core::to_string(id)) (void)host->runtime().finish(one.id, 1);
        }
      }
    }
  }

  void mend(const DescribedFault& fault, std::function<void()> how) {
    if (!fault.lasts) return;
    world_.after(*fault.lasts, std::move(how));
    mended_at_ = std::max(mended_at_, world_.now() + *fault.lasts);
  }

  const Description& description_;
  Report report_;
  simulation::ScratchDirectory directory_;
  simulation::VirtualCluster world_;
  simulation::Referee referee_;
  Observer observer_;
  Caller caller_;
  core::Time mended_at_{};
  core::Millis rest_at_{0};
};

}  // namespace

Report play(const Description& description) {
  return Performance{description}.run();
}

}  // namespace troupe::tools::simulate
