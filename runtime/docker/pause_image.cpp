#include "runtime/docker/pause_image.hpp"

#include "runtime/process/files.hpp"
#include "runtime/process/process.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

namespace troupe::runtime::docker {
namespace {

/// A tar with nothing but the program, as /pause.
Result<std::string> pause_tar(const std::string& program) {
  std::string tar(program.size() + (64 << 10), '\0');
  std::size_t used = 0;
  const std::unique_ptr<archive, decltype(&archive_write_free)> writer(archive_write_new(),
                                                                       archive_write_free);
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            archive_entry_free);
  archive_entry_set_pathname(entry.get(), "pause");
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0755);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(program.size()));
  const bool written = archive_write_set_format_ustar(writer.get()) == ARCHIVE_OK &&
                       archive_write_open_memory(writer.get(), tar.data(), tar.size(), &used) == ARCHIVE_OK &&
                       archive_write_header(writer.get(), entry.get()) == ARCHIVE_OK &&
                       archive_write_data(writer.get(), program.data(), program.size()) ==
                           static_cast<la_ssize_t>(program.size()) &&
                       archive_write_close(writer.get()) == ARCHIVE_OK;
  if (!written) {
    const char* why = archive_error_string(writer.get());
    return Failure{FailureKind::failed,
                   std::string("cannot make the pause image: ") + (why == nullptr ? "no memory" : why)};
  }
  tar.resize(used);
  return tar;
}

std::string repository() {
  const std::string_view name = pause_image;
  return std::string(name.substr(0, name.rfind(':')));
}

std::string tag() {
  const std::string_view name = pause_image;
  return std::string(name.substr(name.rfind(':') + 1));
}

/// The engine answers with one JSON object a line; the last one has the id.
std::string imported_id(const std::string& answer) {
  const auto begin = answer.rfind("sha256:");
  return begin == std::string::npos ? std::string() : answer.substr(begin, answer.find('"', begin) - begin);
}

}  // namespace

Result<void> ensure_pause_image(const Engine& engine) {
  if (engine.get("/images/" + std::string(pause_image) + "/json")) {
    return {};
  }
  const auto path = find_program("catatonit");
  if (!path) {
    return path.error();
  }
  const auto program = read_file(*path);
  if (!program) {
    return program.error();
  }
  auto tar = pause_tar(*program);
  if (!tar) {
    return tar.error();
  }
  HttpRequest import;
  import.method = "POST";
  import.target = engine.target("/images/create?fromSrc=-&repo=" + repository() + "&tag=" + tag());
  import.content_type = "application/x-tar";
  import.body = std::move(*tar);
  import.deadline = std::chrono::minutes(2);
  const auto reply = engine.socket().call(import);
  if (!reply) {
    return reply.error();
  }
  if (reply->status >= 400) {
    return engine_failure(*reply);
  }
  // Podman calls it `latest`, whatever it was asked for.
  const auto id = imported_id(reply->body);
  const auto tagged =
      engine.post("/images/" + url_encoded(id) + "/tag?repo=" + repository() + "&tag=" + tag());
  return tagged ? Result<void>() : Result<void>(tagged.error());
}

}  // namespace troupe::runtime::docker
