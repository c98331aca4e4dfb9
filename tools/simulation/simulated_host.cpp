/// What is taken from a host, and what is left to it.

#include "tools/simulation/simulated_host.hpp"

#include <algorithm>
#include <utility>

namespace troupe::simulation {

SimulatedHost::SimulatedHost(HostSetup setup, HostSurroundings around)
    : setup_(std::move(setup)), around_(std::move(around)) {
  link_ =
      std::make_shared<Link>(*around_.system, around_.agenda, around_.link, around_.chance, around_.watch);
  make_runtime();
}

SimulatedHost::~SimulatedHost() {
  crash();
  link_->end();
}

void SimulatedHost::make_runtime() {
  auto options = *around_.scripts;
  options.timeline = around_.agenda;
  runtime_ = std::make_shared<runtime::SimulatedRuntime>(std::move(options));
  watched_ = std::make_shared<WatchedRuntime>(runtime_);
  watched_->on_start = [this](const std::string& container) { around_.on_start(setup_.name, container); };
}

node::NodeOptions SimulatedHost::options() const {
  node::NodeOptions options;
  options.usage_interval = std::chrono::milliseconds{0};  // Nobody looks, and virtual hours are long.
  options.cluster = setup_.cluster;
  options.realm = setup_.realm;
  options.host_id = setup_.name;
  options.availability_zone = setup_.zone;
  options.data_directory = setup_.directory;
  options.cpu_units = setup_.cpu_units;
  options.memory_mib = setup_.memory_mib;
  options.attributes = setup_.attributes;
  return options;
}

void SimulatedHost::start() {
  if (node_) return;
  executor_ = std::make_shared<SlowExecutor>(around_.agenda, around_.jobs, around_.chance);
  node_.emplace(node::spawn_node(*around_.system, link_->registry(), around_.timer, watched_, options(),
                                 around_.clock, executor_));
}

void SimulatedHost::crash() {
  link_->cut(Link::HostEnd::gone);
  node_.reset();
  executor_ = nullptr;
}

void SimulatedHost::lose() {
  crash();
  make_runtime();
}

void SimulatedHost::set_script(const std::string& image, const runtime::ImageScript& script) {
  runtime_->set_script(image, script);
}

std::size_t SimulatedHost::running_in(const std::string& sandbox) {
  const auto all = runtime_->list();
  return static_cast<std::size_t>(std::ranges::count_if(*all, [&](const auto& one) {
    return one.sandbox == sandbox && one.state == runtime::ContainerState::running;
  }));
}

}  // namespace troupe::simulation
