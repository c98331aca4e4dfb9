/// `troupe logs`: what a task's containers wrote, from the host's own files.

#include "runtime/docker/docker_runtime.hpp"
#include "runtime/oci/layout.hpp"
#include "runtime/oci/log_reader.hpp"
#include "tools/commands.hpp"
#include "tools/runtimes.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>
#include <memory>
#include <mutex>
#include <thread>

namespace troupe::tools {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct LogsArguments {
  std::string data = "/var/lib/troupe";
  std::string task;
  bool follow = false;
  std::size_t tail = 0;  ///< 0: all.
};

/// Where a runtime of this host keeps logs, and how it tells that a container has ended.
struct Source {
  std::string root;  ///< Of the runtime.
  bool (*ended)(const std::string& root, const std::string& container);
};

bool ended_oci(const std::string& root, const std::string& container) {
  const runtime::oci::Layout layout{root};
  return fs::exists(layout.exit(container)) || !fs::exists(layout.container(container));
}

struct Log {
  std::string path;
  std::string container;  ///< Id.
  std::string name;       ///< The container's name in the task.
};

/// The id in an ARN, or what was given.
std::string short_id(const std::string& task) {
  const auto slash = task.rfind('/');
  return slash == std::string::npos ? task : task.substr(slash + 1);
}

/// Logs of the one task whose id begins so.
std::vector<Log> find_logs(const std::string& root, const std::string& id, std::string& problem) {
  std::vector<Log> logs;
  std::error_code ignored;
  std::string sandbox;
  for (const auto& entry : fs::directory_iterator(root, ignored)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(id)) continue;
    if (!sandbox.empty()) {
      problem = "several tasks begin with " + id;
      return {};
    }
    sandbox = name;
  }
  if (sandbox.empty()) {
    problem = "no task " + id + " has a log on this host";
    return {};
  }
  for (const auto& entry : fs::directory_iterator(root + "/" + sandbox, ignored)) {
    if (entry.path().extension() != ".log") continue;
    const auto container = entry.path().stem().string();
    const auto name = container.starts_with(sandbox + "-") ? container.substr(sandbox.size() + 1) : container;
    logs.push_back({entry.path().string(), container, name});
  }
  std::sort(logs.begin(), logs.end(), [](const Log& a, const Log& b) { return a.name < b.name; });
  return logs;
}

/// Prints entries of several logs, one at a time.
class Printer {
 public:
  explicit Printer(bool with_names) : with_names_(with_names) {}
  void print(const Log& log, const std::vector<runtime::LogEntry>& entries) {
    const std::lock_guard lock{mutex_};
    for (const auto& entry : entries) {
      auto& out = entry.stream == runtime::LogStream::err ? std::cerr : std::cout;
      if (with_names_) out << log.name << " | ";
      out << entry.text;
      if (!entry.partial) out << "\n";
    }
    std::cout.flush();
  }

 private:
  bool with_names_;
  std::mutex mutex_;
};

/// Prints one log to its end; with `follow` until its container has ended.
runtime::Result<void> print_log(const Log& log, const LogsArguments& given, const Source& source,
                                Printer& printer) {
  if (given.tail > 0 && !given.follow) {
    const auto entries = runtime::read_log_tail(log.path, given.tail);
    if (!entries) return entries.error();
    printer.print(log, *entries);
    return {};
  }
  auto reader = runtime::LogReader::open(log.path);
  if (!reader) return reader.error();
  for (;;) {
    const bool ended = source.ended(source.root, log.container);
    auto entries = reader->read();
    if (!entries) return entries.error();
    if (!entries->empty()) {
      printer.print(log, *entries);
    } else if (!given.follow || ended) {
      return {};
    } else {
      reader->wait(1s);
    }
  }
}

int print_logs(const LogsArguments& given) {
  std::string problem;
  std::vector<Log> logs;
  Source source;
  for (const Source& each : {Source{oci_directory(given.data), ended_oci},
                             Source{docker_directory(given.data), runtime::docker_container_ended}}) {
    source = each;
    problem.clear();
    logs = find_logs(runtime::oci::Layout{each.root}.logs(), short_id(given.task), problem);
    if (!logs.empty()) break;
  }
  if (!problem.empty()) return fail(problem);
  Printer printer{logs.size() > 1};
  std::vector<std::thread> readers;
  std::mutex mutex;
  for (const auto& log : logs) {
    readers.emplace_back([&] {
      const auto printed = print_log(log, given, source, printer);
      if (printed) return;
      const std::lock_guard lock{mutex};
      problem = printed.error().message;
    });
    if (!given.follow) readers.back().join();
  }
  for (auto& reader : readers) {
    if (reader.joinable()) reader.join();
  }
  return problem.empty() ? 0 : fail(problem);
}

}  // namespace

void add_logs_command(CLI::App& app, Chosen& chosen) {
  const auto given = std::make_shared<LogsArguments>();
  auto* command = app.add_subcommand("logs", "What a task's containers wrote");
  command->add_option("TASK", given->task, "Id, the beginning of one, or ARN")->required();
  command->add_option("--data", given->data, "Data directory")->envname("TROUPE_DATA")->capture_default_str();
  command->add_flag("-f,--follow", given->follow, "Go on until the containers end");
  command->add_option("--tail", given->tail, "Only so many last lines");
  command->callback([&chosen, given] { chosen = [given] { return print_logs(*given); }; });
}

}  // namespace troupe::tools
