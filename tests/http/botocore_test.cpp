/// AWS's own SDK against our server and verifier, with the real clock.

#include "api/http/server.hpp"
#include "api/http/sigv4.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

extern char** environ;

namespace troupe::api::http {
namespace {

constexpr int patience_ms = 60'000;
constexpr const char* python = "/usr/bin/python3";

/// Runs a program to its end and returns what it printed; its status goes to `status`.
std::string output_of(std::vector<std::string> arguments, int& status) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return "no pipe";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t pid = 0;
  status = posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string output;
  std::array<char, 4096> chunk{};
  pollfd ready{ends[0], POLLIN, 0};
  while (status == 0 && poll(&ready, 1, patience_ms) == 1) {
    const ssize_t count = read(ends[0], chunk.data(), chunk.size());
    if (count <= 0) break;
    output.append(chunk.data(), static_cast<std::size_t>(count));
  }
  close(ends[0]);
  if (pid > 0) {
    kill(pid, SIGKILL);  // It has closed its output: it is ending, or hangs.
    waitpid(pid, &status, 0);
  }
  return output;
}

std::string call_with_botocore(const std::string& token) {
  const auto credentials = std::make_shared<const Credentials>(Credentials{"s3cr/t+", token, std::nullopt});
  const SignatureVerifier verifier(
      [&](std::string_view key) { return key == "AKIDBOTO" ? credentials : nullptr; },
      SigningPolicy{"ecs", "eu-central-1", std::chrono::seconds{900}});
  Server server(
      {},
      [&](const std::shared_ptr<const Request>& request, const Responder& out) {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const auto identity = verifier.verify(*request, now);
        if (!identity) return out.reply(error_response(identity.error()));
        Response response;
        const bool lists = request->header("x-amz-target")->ends_with(".ListClusters");
        response.body = lists ? R"({"clusterArns":["c"]})" : R"({"tasks":[],"failures":[{"reason":"r"}]})";
        out.reply(std::move(response));
      },
      nullptr);
  const std::string url = "http://127.0.0.1:" + std::to_string(*server.listen("127.0.0.1", 0));
  const auto script = std::filesystem::path{HTTP_TESTS} / "botocore_client.py";
  int status = 0;
  return output_of({python, script, url, "AKIDBOTO", "s3cr/t+", token}, status);
}

TEST(Botocore, SignsWhatWeVerify) {
  int status = 0;
  output_of({python, "-c", "import botocore"}, status);
  if (status != 0) GTEST_SKIP() << "python3-boto3 is not installed";
  constexpr const char* expected =
      "clusters ['c'] 200 36\n"
      "clusters ['c'] 200 36\n"
      "clusters ['c'] 200 36\n"
      "tasks [] [{'reason': 'r'}]\n"
      "InvalidSignatureException 400\n";
  EXPECT_EQ(call_with_botocore(""), expected);
  EXPECT_EQ(call_with_botocore("FwoGZX//token+=="), expected);
}

}  // namespace
}  // namespace troupe::api::http
