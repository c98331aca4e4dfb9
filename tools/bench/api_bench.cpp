/// The measurement of the API.

#include "tools/bench/api_bench.hpp"

#include "runtime/process/files.hpp"
#include "tools/bench/daemon_process.hpp"
#include "tools/bench/http_load.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/commands.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace troupe::tools::bench {
namespace {

using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;

constexpr std::size_t record_bytes = 500;

struct Operation {
  std::string name;
  std::string body;
};

/// Each connection has its own body and signature, which the server verifies
/// each time.
std::string signed_request(const Connection& server, const Operation& operation) {
  api::http::Request request;
  request.body = operation.body;
  request.headers.push_back({"Host", server.endpoint.authority()});
  request.headers.push_back({"Content-Type", "application/x-amz-json-1.1"});
  request.headers.push_back({"X-Amz-Target", "AmazonEC2ContainerServiceV20141113." + operation.name});
  api::http::sign(request, server.signer,
                  std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  return wire_form(request);
}

Operation describe_clusters(unsigned /*connection*/) {
  return {"DescribeClusters", R"({"clusters":["default"]})"};
}

/// What people register: a web server with a port, variables and a log.
Operation register_task_definition(unsigned connection) {
  return {
      "RegisterTaskDefinition",
      R"({"family":"bench-)" + std::to_string(connection) +
          R"(","networkMode":"bridge","containerDefinitions":[{"name":"web","image":"registry.example/)"
          R"(team/web:1.4.2","cpu":128,"memory":256,"essential":true,"portMappings":[{"containerPort":8080,)"
          R"("hostPort":0,"protocol":"tcp"}],"environment":[{"name":"LOG_LEVEL","value":"info"},)"
          R"({"name":"DATABASE","value":"postgres://db.internal:5432/shop"}]}]})"};
}

struct Run {
  std::string name;
  HttpLoad load;
};

Result<void> print_run(const DaemonProcess& server, const Run& run) {
  if (const auto go_on = unless_interrupted(); !go_on) return go_on;
  const auto cpu = server.cpu_time();
  const auto result = run_load(run.load);
  if (!result) return result.error();
  if (result->refused > 0) return Failure{FailureKind::failed, run.name + ": " + result->refusal};
  const auto used = server.cpu_time() - cpu;
  const auto share =
      std::chrono::duration<double>(run.load.duration + run.load.warm_up).count() / result->seconds;
  const auto answers = static_cast<double>(result->latencies.count()) * share;
  print_figure(run.name, result->per_second(), "requests/s");
  print_figure(run.name + ".p50", milliseconds(result->latencies.quantile(0.50)), "ms");
  print_figure(run.name + ".p99", milliseconds(result->latencies.quantile(0.99)), "ms");
  print_figure(run.name + ".server_cpu", answers > 0 ? 1e3 * milliseconds(used) / answers : 0, "us/request");
  return {};
}

/// Appending records of this size and waiting for the disk each time.
Result<void> print_disk(const std::string& directory, std::chrono::seconds duration) {
  const auto path = directory + "/disk";
  const runtime::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const std::string record(record_bytes, 'x');
  Latencies latencies;
  const auto ends = Clock::now() + duration;
  for (auto begun = Clock::now(); begun < ends;) {
    if (write(file.get(), record.data(), record.size()) < 0 || fdatasync(file.get()) != 0) {
      return runtime::errno_failure("cannot write " + path, errno);
    }
    const auto now = Clock::now();
    latencies.add(now - begun);
    begun = now;
  }
  print_figure("api.floor.fdatasync",
               static_cast<double>(latencies.count()) / static_cast<double>(duration.count()), "syncs/s");
  print_figure("api.floor.fdatasync.p50", milliseconds(latencies.quantile(0.50)), "ms");
  print_figure("api.floor.fdatasync.p99", milliseconds(latencies.quantile(0.99)), "ms");
  return {};
}

HttpLoad load_of(const ApiOptions& options, const Connection& server, Operation (*operation)(unsigned)) {
  HttpLoad load;
  load.endpoint = server.endpoint;
  load.duration = std::chrono::seconds{options.seconds};
  for (unsigned i = 0; i < options.connections; ++i) {
    load.requests.push_back(
        operation != nullptr ? signed_request(server, operation(i))
                             : "GET /healthz HTTP/1.1\r\nHost: " + server.endpoint.authority() + "\r\n\r\n");
  }
  return load;
}

Result<void> measure(const ApiOptions& options, const std::string& directory) {
  const auto server = DaemonProcess::start("server", directory);
  if (!server) return server.error();
  const auto& at = server->connection();
  auto done = print_run(*server, {"api.floor.healthz", load_of(options, at, nullptr)});
  if (done) done = print_run(*server, {"api.describe_clusters", load_of(options, at, describe_clusters)});
  if (done) done = print_disk(directory, std::chrono::seconds{2});
  if (done) {
    done =
        print_run(*server, {"api.register_task_definition", load_of(options, at, register_task_definition)});
  }
  return done;
}

}  // namespace

int bench_api(const ApiOptions& options) {
  if (options.seconds == 0 || options.connections == 0)
    return fail("--seconds and --connections must be at least 1");
  catch_interrupts();
  const auto work = WorkDirectory::make(options.directory);
  if (!work) return fail(work.error().message);
  print_machine();
  const auto done = measure(options, work->path());
  print_machine();
  return done ? 0 : fail(done.error().message);
}

}  // namespace troupe::tools::bench
