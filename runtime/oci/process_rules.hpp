#pragma once

/// What a container's process becomes from the image's configuration and the
/// caller's wishes: program, environment, directory, user. The rules are
/// Docker's, because images and task definitions are written for them.

#include "runtime/container_runtime.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::runtime::oci {

/// Docker's rule: an entrypoint given by the caller drops the image's command;
/// an empty command is no command; `[""]` is an empty entrypoint.
/// invalid when nothing is left to run.
Result<std::vector<std::string>> resolve_arguments(const ImageConfig& image, const ContainerSpec& spec);

/// Whose rights the process has.
struct User {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> additional_gids;
  std::string home = "/";
};

/// `wanted` is "", "name", "uid", "user:group" with a name or a number on each
/// side. `passwd` and `group` are the texts of the image's files, empty when it
/// has none. invalid when a name is unknown, with Docker's words.
Result<User> resolve_user(std::string_view wanted, std::string_view passwd, std::string_view group);

/// PATH and HOSTNAME first, TERM for a terminal, then the image's, then the
/// caller's variables, later ones winning; HOME unless someone gave it.
std::vector<std::string> resolve_environment(const ImageConfig& image, const ContainerSpec& spec,
                                             const std::string& hostname, const User& user);

/// Absolute; "/" when neither the caller nor the image wants one.
Result<std::string> resolve_directory(const ImageConfig& image, const ContainerSpec& spec);

}  // namespace troupe::runtime::oci
