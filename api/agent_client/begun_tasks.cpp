/// Files that stand for tasks.

#include "api/agent_client/begun_tasks.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace troupe::api::agent_client {

BegunTasks::BegunTasks(std::string directory) : directory_(std::move(directory)) {
  if (!directory_.empty()) load();
}

BegunTasks::~BegunTasks() {
  writer_.join();
}

void BegunTasks::load() {
  std::error_code problem;
  std::filesystem::create_directories(directory_, problem);
  for (const auto& entry : std::filesystem::directory_iterator{directory_, problem}) {
    const auto task = core::parse_id<core::TaskId>(entry.path().filename().string());
    if (task) tasks_.insert(*task);
  }
  if (problem) spdlog::error("agent cannot read {}: {}", directory_, problem.message());
}

std::string BegunTasks::file_of(const core::TaskId& task) const {
  return directory_ + "/" + core::to_string(task);
}

void BegunTasks::add(const core::TaskId& task) {
  {
    const std::lock_guard lock{mutex_};
    if (!tasks_.insert(task).second || directory_.empty()) return;
  }
  boost::asio::post(writer_, [path = file_of(task)] {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) {
      spdlog::error("agent cannot write {}: {}", path, std::strerror(errno));
    } else {
      ::close(file);
    }
  });
}

void BegunTasks::remove(const core::TaskId& task) {
  {
    const std::lock_guard lock{mutex_};
    if (tasks_.erase(task) == 0 || directory_.empty()) return;
  }
  boost::asio::post(writer_, [path = file_of(task)] {
    if (::unlink(path.c_str()) != 0) spdlog::error("agent cannot remove {}: {}", path, std::strerror(errno));
  });
}

std::set<core::TaskId> BegunTasks::all() const {
  const std::lock_guard lock{mutex_};
  return tasks_;
}

}  // namespace troupe::api::agent_client
