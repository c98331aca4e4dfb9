/// Making and loading the image.

#include "tools/bench/sleeper_image.hpp"

#include "runtime/images/image_store.hpp"
#include "runtime/images/sha256.hpp"
#include "runtime/process/files.hpp"
#include "runtime/process/process.hpp"
#include "tools/runtimes.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <sys/utsname.h>

#include <memory>

namespace troupe::tools::bench {
namespace {

using runtime::Failure;
using runtime::FailureKind;

/// A tar archive in memory; the same content gives the same bytes.
class Tar {
 public:
  Tar() : archive_(archive_write_new()) {
    archive_write_set_format_pax_restricted(archive_.get());
    archive_write_set_bytes_in_last_block(archive_.get(), 1);
    archive_write_open2(archive_.get(), &bytes_, nullptr, &Tar::append, nullptr, nullptr);
  }

  void add_directory(const char* path, unsigned mode = 0755) { add(path, AE_IFDIR, mode, {}, nullptr); }
  void add_file(const char* path, std::string_view content, unsigned mode = 0644) {
    add(path, AE_IFREG, mode, content, nullptr);
  }
  void add_link(const char* path, const char* target) { add(path, AE_IFLNK, 0777, {}, target); }

  std::string finish() {
    archive_write_close(archive_.get());
    return std::move(bytes_);
  }

 private:
  struct Free {
    void operator()(archive* handle) const { archive_write_free(handle); }
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
  };

  static la_ssize_t append(archive* /*handle*/, void* bytes, const void* data, size_t size) {
    static_cast<std::string*>(bytes)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  }

  void add(const char* path, unsigned type, unsigned mode, std::string_view content, const char* target) {
    const std::unique_ptr<archive_entry, Free> entry{archive_entry_new()};
    archive_entry_set_pathname(entry.get(), path);
    archive_entry_set_filetype(entry.get(), type);
    archive_entry_set_perm(entry.get(), static_cast<__LA_MODE_T>(mode));
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_mtime(entry.get(), 0, 0);
    if (target != nullptr) archive_entry_set_symlink(entry.get(), target);
    archive_write_header(archive_.get(), entry.get());
    archive_write_data(archive_.get(), content.data(), content.size());
  }

  std::unique_ptr<archive, Free> archive_;
  std::string bytes_;
};

std::string architecture() {
  utsname machine{};
  uname(&machine);
  const std::string name = machine.machine;
  return name == "x86_64" ? "amd64" : name == "aarch64" ? "arm64" : name;
}

}  // namespace

runtime::Result<void> make_sleeper_image(const std::string& path) {
  const auto program = runtime::find_program("busybox");
  if (!program) return program.error();
  const auto busybox = runtime::read_file(*program);
  if (!busybox) return busybox.error();
  Tar layer;
  layer.add_directory("bin");
  layer.add_file("bin/busybox", *busybox, 0755);
  layer.add_link("bin/sleep", "busybox");
  layer.add_directory("etc");
  layer.add_file("etc/passwd", "root:x:0:0:root:/:/bin/busybox\n");
  layer.add_file("etc/group", "root:x:0:\n");
  layer.add_directory("tmp", 01777);
  const auto bytes = layer.finish();
  Tar image;
  image.add_file("manifest.json",
                 R"([{"Config":"config.json","RepoTags":["troupe/sleeper:latest"],"Layers":["layer.tar"]}])");
  image.add_file("config.json", R"({"architecture":")" + architecture() +
                                    R"(","os":"linux","config":{"Cmd":["/bin/sleep","3600"],)"
                                    R"("Env":["PATH=/bin"],"StopSignal":"SIGKILL"},)"
                                    R"("rootfs":{"type":"layers","diff_ids":[")" +
                                    runtime::sha256_digest(bytes) + R"("]},"history":[]})");
  image.add_file("layer.tar", bytes);
  return runtime::write_file_atomically(path, image.finish());
}

runtime::Result<LoadedImage> load_image(const std::string& data, const std::string& archive) {
  auto store = runtime::ImageStore::open(oci_directory(data) + "/images");
  if (!store) return store.error();
  runtime::PullRequest request;
  request.reference = "docker-archive:" + archive;
  const auto image = (*store)->pull(request);
  if (!image) return image.error();
  const auto layers = (*store)->layer_directories(*image);
  if (!layers) return layers.error();
  for (const auto& known : (*store)->list()) {
    const bool named = !known.reference.starts_with("docker-archive:");
    if (named && known.digest == image->digest) return LoadedImage{known.reference, *layers};
  }
  return Failure{FailureKind::invalid, archive + " names no image"};
}

}  // namespace troupe::tools::bench
