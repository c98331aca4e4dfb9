/// libarchive's filters with its raw format: decompression and nothing else.

#include "runtime/images/layer_stream.hpp"

#include <archive_entry.h>

#include <fcntl.h>
#include <cerrno>

namespace troupe::runtime {
namespace {

// Large enough that the calls cost nothing beside hashing, small enough for the second-level cache.
constexpr std::size_t kBufferBytes = 256 << 10;

}  // namespace

std::string archive_message(archive* reader) {
  const char* text = archive_error_string(reader);
  std::string message = text == nullptr ? "unknown error" : text;
  for (auto& c : message) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return message;
}

Result<std::unique_ptr<LayerStream>> LayerStream::open(const std::string& blob, std::uint64_t limit_bytes,
                                                       std::chrono::steady_clock::time_point deadline) {
  std::unique_ptr<LayerStream> stream(new LayerStream);
  stream->limit_bytes_ = limit_bytes;
  stream->deadline_ = deadline;
  stream->buffer_.resize(kBufferBytes);
  stream->reader_.reset(archive_read_new());
  archive* reader = stream->reader_.get();
  archive_read_support_filter_gzip(reader);
  archive_read_support_filter_zstd(reader);
  archive_read_support_filter_xz(reader);
  archive_read_support_format_raw(reader);
  archive_read_support_format_empty(reader);
  // libarchive's own numbers are mixed with those of errno, so the file is opened here.
  stream->file_ = Descriptor(::open(blob.c_str(), O_RDONLY | O_CLOEXEC));
  if (!stream->file_.valid()) return errno_failure("cannot open the blob " + blob, errno);
  if (archive_read_open_fd(reader, stream->file_.get(), kBufferBytes) != ARCHIVE_OK) {
    return Failure{FailureKind::failed, "cannot decompress a layer: " + archive_message(reader)};
  }
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(reader, &entry);
  if (status == ARCHIVE_EOF) {
    stream->at_end_ = true;
  } else if (status != ARCHIVE_OK) {
    return Failure{FailureKind::failed, "cannot read a layer: " + archive_message(reader)};
  }
  return stream;
}

Failure LayerStream::fail(Failure failure) {
  failure_ = failure;
  return failure;
}

Result<std::string_view> LayerStream::read() {
  if (failure_) return *failure_;
  if (at_end_) return std::string_view();
  if (std::chrono::steady_clock::now() > deadline_) {
    return fail({FailureKind::unavailable, "unpacking a layer did not end in time"});
  }
  const la_ssize_t count = archive_read_data(reader_.get(), buffer_.data(), buffer_.size());
  if (count < 0) {
    return fail({FailureKind::failed, "cannot decompress a layer: " + archive_message(reader_.get())});
  }
  const auto size = static_cast<std::size_t>(count);
  at_end_ = size == 0;
  read_bytes_ += size;
  if (read_bytes_ > limit_bytes_) {
    return fail({FailureKind::no_space,
                 "a layer is larger than the limit of " + std::to_string(limit_bytes_) + " bytes"});
  }
  hash_.update(buffer_.data(), size);
  return std::string_view(buffer_.data(), size);
}

Result<std::string> LayerStream::finish() {
  while (true) {
    auto bytes = read();
    if (!bytes) return bytes.error();
    if (bytes->empty()) return hash_.digest();
  }
}

}  // namespace troupe::runtime
