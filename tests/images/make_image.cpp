/// Tars by libarchive, documents by Boost.JSON, digests by OpenSSL.

#include "tests/images/make_image.hpp"

#include "runtime/images/sha256.hpp"
#include "runtime/process/files.hpp"
#include "runtime/process/process.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <boost/json.hpp>

#include <algorithm>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace troupe::testing {
namespace {

namespace json = boost::json;
using runtime::sha256_digest;

constexpr std::string_view kManifestType = "application/vnd.oci.image.manifest.v1+json";

struct ArchiveFree {
  void operator()(archive* writer) const { archive_write_free(writer); }
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using Writer = std::unique_ptr<archive, ArchiveFree>;

template <class T>
T must(runtime::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

void must(const runtime::Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().message);
}

void check(archive* writer, la_ssize_t status) {
  if (status < ARCHIVE_WARN) throw std::runtime_error(archive_error_string(writer));
}

la_ssize_t append(archive* /*writer*/, void* target, const void* data, std::size_t size) {
  static_cast<std::string*>(target)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

void open_in_memory(archive* writer, std::string& target) {
  archive_write_set_bytes_in_last_block(writer, 1);
  check(writer, archive_write_open(writer, &target, nullptr, append, nullptr));
}

unsigned type_bits(Entry::Type type) {
  switch (type) {
    case Entry::Type::directory:
      return AE_IFDIR;
    case Entry::Type::symlink:
      return AE_IFLNK;
    case Entry::Type::character_device:
      return AE_IFCHR;
    case Entry::Type::block_device:
      return AE_IFBLK;
    case Entry::Type::fifo:
      return AE_IFIFO;
    default:
      return AE_IFREG;
  }
}

void write_entry(archive* writer, const Entry& each) {
  const std::unique_ptr<archive_entry, ArchiveFree> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), each.path.c_str());
  archive_entry_set_filetype(entry.get(), type_bits(each.type));
  archive_entry_set_perm(entry.get(), each.mode);
  archive_entry_set_uid(entry.get(), each.owner);
  archive_entry_set_gid(entry.get(), each.group);
  archive_entry_set_mtime(entry.get(), 1'000'000'000, 0);
  if (each.type == Entry::Type::symlink) archive_entry_set_symlink(entry.get(), each.content.c_str());
  if (each.type == Entry::Type::hard_link) archive_entry_set_hardlink(entry.get(), each.content.c_str());
  archive_entry_set_rdevmajor(entry.get(), each.device_major);
  archive_entry_set_rdevminor(entry.get(), each.device_minor);
  for (const auto& [name, value] : each.xattrs) {
    archive_entry_xattr_add_entry(entry.get(), name.c_str(), value.data(), value.size());
  }
  const bool has_content = each.type == Entry::Type::file;
  archive_entry_set_size(entry.get(), has_content ? static_cast<la_int64_t>(each.content.size()) : 0);
  check(writer, archive_write_header(writer, entry.get()));
  if (has_content) check(writer, archive_write_data(writer, each.content.data(), each.content.size()));
}

json::array to_array(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

json::object to_keys(const std::vector<std::string>& texts) {
  json::object object;
  for (const auto& text : texts) object[text] = json::object();
  return object;
}

/// Writes a blob and gives its descriptor.
json::object put_blob(const std::string& directory, const std::string& bytes, std::string_view media_type) {
  const auto digest = sha256_digest(bytes);
  must(runtime::write_file_atomically(directory + "/blobs/sha256/" + runtime::digest_hex(digest), bytes));
  return {{"mediaType", media_type}, {"digest", digest}, {"size", bytes.size()}};
}

std::string_view layer_type(Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return "application/vnd.oci.image.layer.v1.tar+gzip";
    case Compression::zstd:
      return "application/vnd.oci.image.layer.v1.tar+zstd";
    default:  // There is no type for xz; readers tell it by its first bytes.
      return "application/vnd.oci.image.layer.v1.tar";
  }
}

json::object start_of(const ImageDescription& description) {
  json::object start{{"Env", to_array(description.environment)}, {"Cmd", to_array(description.command)}};
  if (!description.entrypoint.empty()) start["Entrypoint"] = to_array(description.entrypoint);
  if (!description.working_directory.empty()) start["WorkingDir"] = description.working_directory;
  if (!description.user.empty()) start["User"] = description.user;
  if (!description.stop_signal.empty()) start["StopSignal"] = description.stop_signal;
  if (!description.volumes.empty()) start["Volumes"] = to_keys(description.volumes);
  if (!description.exposed_ports.empty()) start["ExposedPorts"] = to_keys(description.exposed_ports);
  return start;
}

void put_in_index(const std::string& directory, json::object manifest, const std::string& tag) {
  constexpr std::string_view kName = "org.opencontainers.image.ref.name";
  manifest["annotations"] = json::object{{kName, tag}};
  json::array manifests;
  if (const auto before = runtime::read_file(directory + "/index.json")) {
    const auto index = json::parse(*before);
    for (const auto& each : index.at("manifests").as_array()) {
      if (each.at("annotations").at(kName).as_string() != tag) manifests.push_back(each);
    }
  }
  manifests.push_back(std::move(manifest));
  const json::object index{{"schemaVersion", 2}, {"manifests", std::move(manifests)}};
  must(runtime::write_file_atomically(directory + "/index.json", json::serialize(index)));
}

}  // namespace

Entry file(std::string path, std::string content, unsigned mode) {
  return {.path = std::move(path), .type = Entry::Type::file, .content = std::move(content), .mode = mode};
}

Entry directory(std::string path, unsigned mode) {
  return {.path = std::move(path), .type = Entry::Type::directory, .content = {}, .mode = mode};
}

Entry symlink(std::string path, std::string target) {
  return {.path = std::move(path), .type = Entry::Type::symlink, .content = std::move(target), .mode = 0777};
}

Entry hard_link(std::string path, std::string target) {
  return {.path = std::move(path), .type = Entry::Type::hard_link, .content = std::move(target)};
}

std::string make_tar(const std::vector<Entry>& entries) {
  std::string tar;
  const Writer writer(archive_write_new());
  check(writer.get(), archive_write_set_format_pax(writer.get()));
  open_in_memory(writer.get(), tar);
  for (const auto& entry : entries) write_entry(writer.get(), entry);
  check(writer.get(), archive_write_close(writer.get()));
  return tar;
}

std::string compress(const std::string& bytes, Compression compression) {
  if (compression == Compression::none) return bytes;
  std::string compressed;
  const Writer writer(archive_write_new());
  check(writer.get(), archive_write_set_format_raw(writer.get()));
  if (compression == Compression::gzip) {
    check(writer.get(), archive_write_add_filter_gzip(writer.get()));
    check(writer.get(), archive_write_set_filter_option(writer.get(), "gzip", "timestamp", nullptr));
  } else if (compression == Compression::zstd) {
    check(writer.get(), archive_write_add_filter_zstd(writer.get()));
  } else {
    check(writer.get(), archive_write_add_filter_xz(writer.get()));
  }
  open_in_memory(writer.get(), compressed);
  const std::unique_ptr<archive_entry, ArchiveFree> entry(archive_entry_new());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_pathname(entry.get(), "layer");
  check(writer.get(), archive_write_header(writer.get(), entry.get()));
  check(writer.get(), archive_write_data(writer.get(), bytes.data(), bytes.size()));
  check(writer.get(), archive_write_close(writer.get()));
  return compressed;
}

MadeImage make_image(const std::string& directory, const ImageDescription& description) {
  must(runtime::make_directories(directory + "/blobs/sha256"));
  MadeImage made{.reference = "oci:" + directory + ":" + description.tag, .digest = {}, .diff_ids = {}};
  json::array layers;
  for (const auto& layer : description.layers) {
    const auto tar = make_tar(layer.entries);
    made.diff_ids.push_back(layer.diff_id.empty() ? sha256_digest(tar) : layer.diff_id);
    layers.push_back(put_blob(directory, compress(tar, layer.compression), layer_type(layer.compression)));
  }
  const json::object config{
      {"architecture", description.architecture.empty() ? this_architecture() : description.architecture},
      {"os", "linux"},
      {"config", start_of(description)},
      {"rootfs", json::object{{"type", "layers"}, {"diff_ids", to_array(made.diff_ids)}}}};
  const json::object manifest{
      {"schemaVersion", 2},
      {"mediaType", kManifestType},
      {"config", put_blob(directory, json::serialize(config), "application/vnd.oci.image.config.v1+json")},
      {"layers", std::move(layers)}};
  auto descriptor = put_blob(directory, json::serialize(manifest), kManifestType);
  made.digest = descriptor.at("digest").as_string();
  put_in_index(directory, std::move(descriptor), description.tag);
  must(runtime::write_file_atomically(directory + "/oci-layout", R"({"imageLayoutVersion":"1.0.0"})"));
  return made;
}

std::string make_multi_platform(const std::string& directory, const std::string& tag,
                                const std::map<std::string, MadeImage>& by_architecture) {
  json::array manifests;
  for (const auto& [architecture, made] : by_architecture) {
    const auto manifest =
        must(runtime::read_file(directory + "/blobs/sha256/" + runtime::digest_hex(made.digest)));
    manifests.push_back(
        json::object{{"mediaType", kManifestType},
                     {"digest", made.digest},
                     {"size", manifest.size()},
                     {"platform", json::object{{"architecture", architecture}, {"os", "linux"}}}});
  }
  constexpr std::string_view kIndexType = "application/vnd.oci.image.index.v1+json";
  const json::object index{
      {"schemaVersion", 2}, {"mediaType", kIndexType}, {"manifests", std::move(manifests)}};
  auto descriptor = put_blob(directory, json::serialize(index), kIndexType);
  const std::string digest(descriptor.at("digest").as_string());
  put_in_index(directory, std::move(descriptor), tag);
  return digest;
}

std::string this_architecture() {
#if defined(__aarch64__)
  return "arm64";
#else
  return "amd64";
#endif
}

std::vector<Entry> busybox_entries() {
  const auto program = must(runtime::find_program("busybox"));
  runtime::Command list;
  list.argv = {program, "--list"};
  std::istringstream applets(must(runtime::run_checked(list)));
  std::vector<Entry> entries{
      directory("bin"),        directory("dev"),
      directory("etc"),        directory("proc"),
      directory("root", 0700), directory("sys"),
      directory("tmp", 01777), directory("var"),
      directory("var/www"),    file("bin/busybox", must(runtime::read_file(program)), 0755)};
  for (std::string applet; std::getline(applets, applet);) {
    if (!applet.empty() && applet != "busybox") entries.push_back(symlink("bin/" + applet, "busybox"));
  }
  entries.push_back(
      file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"));
  entries.push_back(file("etc/group", "root:x:0:\nnogroup:x:65534:\n"));
  return entries;
}

MadeImage make_busybox_image(const std::string& directory, ImageDescription description) {
  description.layers.insert(description.layers.begin(), Layer{.entries = busybox_entries()});
  auto& environment = description.environment;
  const bool has_path = std::any_of(environment.begin(), environment.end(),
                                    [](const auto& each) { return each.starts_with("PATH="); });
  if (!has_path) environment.insert(environment.begin(), "PATH=/bin");
  if (description.entrypoint.empty() && description.command.empty()) description.command = {"/bin/sh"};
  return make_image(directory, description);
}

}  // namespace troupe::testing
