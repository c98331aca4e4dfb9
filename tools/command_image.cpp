/// `troupe image`: the image store of this host.

#include "runtime/images/image_store.hpp"
#include "runtime/oci/oci_runtime.hpp"
#include "tools/commands.hpp"
#include "tools/runtimes.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <iostream>
#include <memory>

namespace troupe::tools {
namespace {

struct ImageArguments {
  std::string data = "/var/lib/troupe";
  std::string reference;
  std::string login;
  std::string name;
};

using Store = std::unique_ptr<runtime::ImageStore>;

/// Opens the store and does one thing with it.
int with_store(const ImageArguments& given,
               const std::function<runtime::Result<void>(runtime::ImageStore&)>& act) {
  auto store = runtime::ImageStore::open(oci_directory(given.data) + "/images");
  if (!store) return fail(store.error().message);
  const auto done = act(**store);
  return done ? 0 : fail(done.error().message);
}

void print(const runtime::Image& image) {
  const auto seconds = std::chrono::system_clock::to_time_t(image.pulled_at);
  char when[32];
  std::tm parts{};
  std::strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &parts));
  std::printf("%-48s %.19s %8.1f MB %s\n", image.reference.c_str(), image.digest.c_str(),
              static_cast<double>(image.size_bytes) / 1e6, when);
}

runtime::Result<void> pull(runtime::ImageStore& store, const ImageArguments& given,
                           runtime::PullPolicy policy) {
  runtime::PullRequest request;
  request.reference = given.reference;
  request.policy = policy;
  if (const auto colon = given.login.find(':'); colon != std::string::npos) {
    request.credentials = {given.login.substr(0, colon), runtime::Secret{given.login.substr(colon + 1)}};
  }
  auto image = store.pull(request);
  if (!image) return image.error();
  if (!given.name.empty()) {
    image = store.tag(given.reference, given.name);
    if (!image) return image.error();
  }
  print(*image);
  return {};
}

/// A file or directory, as skopeo's transports name it.
std::string source_of(const std::string& path) {
  if (path.find(':') != std::string::npos) return path;
  const bool directory = !path.empty() && CLI::ExistingDirectory(path).empty();
  return (directory ? "oci:" : "docker-archive:") + path;
}

}  // namespace

void add_image_command(CLI::App& app, Chosen& chosen) {
  const auto given = std::make_shared<ImageArguments>();
  auto* command = app.add_subcommand("image", "The image store of this host");
  command->require_subcommand(1);
  command->add_option("--data", given->data, "Data directory")->envname("TROUPE_DATA")->capture_default_str();
  const auto add = [&](const char* name, const char* help,
                       std::function<runtime::Result<void>(runtime::ImageStore&)> act) {
    auto* sub = command->add_subcommand(name, help);
    sub->fallthrough();
    sub->callback(
        [&chosen, given, act = std::move(act)] { chosen = [=] { return with_store(*given, act); }; });
    return sub;
  };
  auto* load =
      add("load", "Take an image from a docker archive, or an OCI layout's directory", [given](auto& store) {
        given->reference = source_of(given->reference);
        return pull(store, *given, runtime::PullPolicy::always);
      });
  load->add_option("FILE", given->reference, "Archive or directory, or TRANSPORT:PATH")->required();
  load->add_option("--name", given->name, "Give it this name");
  auto* fetch = add("pull", "Fetch an image from its registry",
                    [given](auto& store) { return pull(store, *given, runtime::PullPolicy::always); });
  fetch->add_option("REF", given->reference, "busybox, host:5000/a/b:tag, name@sha256:…")->required();
  fetch->add_option("--login", given->login, "USER:PASSWORD")->envname("TROUPE_REGISTRY_PASSWORD");
  add("list", "What is here", [](runtime::ImageStore& store) -> runtime::Result<void> {
    for (const auto& image : store.list()) print(image);
    return {};
  });
  auto* remove = add("rm", "Forget an image", [given](runtime::ImageStore& store) {
    return store.remove(given->reference, [&](const runtime::Image& image) {
      return runtime::image_in_use(oci_directory(given->data), image.digest);
    });
  });
  remove->add_option("REF", given->reference, "Name or digest")->required();
}

}  // namespace troupe::tools
