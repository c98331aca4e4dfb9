#include "runtime/oci/log_reader.hpp"

#include "runtime/oci/timestamps.hpp"

#include <boost/json.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace troupe::runtime {
namespace {

namespace json = boost::json;

/// Docker's own format: {"log":"text\n","stream":"stdout","time":"…"}.
std::optional<LogEntry> parse_docker_line(std::string_view line) {
  json::error_code problem;
  const auto value = json::parse(line, problem);
  const auto* object = value.if_object();
  if (problem || object == nullptr) {
    return std::nullopt;
  }
  const auto text_of = [object](std::string_view member) {
    const auto* found = object->if_contains(member);
    return found != nullptr && found->is_string() ? std::string_view(found->get_string())
                                                  : std::string_view();
  };
  const auto time = parse_timestamp(text_of("time"));
  if (!time) {
    return std::nullopt;
  }
  LogEntry entry;
  entry.time = *time;
  entry.stream = text_of("stream") == "stderr" ? LogStream::err : LogStream::out;
  entry.text = text_of("log");
  entry.partial = !entry.text.ends_with('\n');
  if (!entry.partial) {
    entry.text.pop_back();
  }
  return entry;
}

/// The file itself where the path is a link to the engine's: its directory is the
/// one in which files are replaced.
std::string real_path(const std::string& path) {
  char* const real = realpath(path.c_str(), nullptr);
  const std::string found = real == nullptr ? path : real;
  std::free(real);
  return found;
}

}  // namespace

std::optional<LogEntry> parse_log_line(std::string_view line) {
  if (line.starts_with('{')) {
    return parse_docker_line(line);
  }
  const std::size_t stream = line.find(' ');
  const std::size_t flag = stream == std::string_view::npos ? stream : line.find(' ', stream + 1);
  if (flag == std::string_view::npos || flag + 2 >= line.size() + 1 || line.size() < flag + 2) {
    return std::nullopt;
  }
  const std::string_view name = line.substr(stream + 1, flag - stream - 1);
  const char mark = line[flag + 1];
  const bool separated = line.size() == flag + 2 || line[flag + 2] == ' ';
  const auto time = parse_timestamp(line.substr(0, stream));
  if (!time || !separated || (name != "stdout" && name != "stderr") || (mark != 'F' && mark != 'P')) {
    return std::nullopt;
  }
  LogEntry entry;
  entry.time = *time;
  entry.stream = name == "stderr" ? LogStream::err : LogStream::out;
  entry.partial = mark == 'P';
  entry.text = line.substr(std::min(line.size(), flag + 3));
  return entry;
}

Result<LogReader> LogReader::open(const std::string& path, std::uint64_t offset) {
  LogReader reader(real_path(path));
  reader.offset_ = offset;
  const std::string directory = reader.path_.substr(0, reader.path_.rfind('/'));
  reader.changes_ = Descriptor(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (inotify_add_watch(reader.changes_.get(), directory.c_str(), IN_MODIFY | IN_MOVED_TO | IN_CREATE) < 0) {
    return errno_failure("cannot watch " + directory, errno);
  }
  if (auto opened = reader.open_file(); !opened) {
    return opened.error();
  }
  struct stat file {};
  if (fstat(reader.file_.get(), &file) == 0 && offset > static_cast<std::uint64_t>(file.st_size)) {
    reader.offset_ = 0;  // It was started anew since.
  }
  return reader;
}

Result<void> LogReader::open_file() {
  file_ = Descriptor(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  return file_.valid() ? Result<void>() : errno_failure("cannot open " + path_, errno);
}

bool LogReader::was_replaced() const {
  struct stat ours {};
  struct stat now {};
  return fstat(file_.get(), &ours) == 0 && stat(path_.c_str(), &now) == 0 &&
         (ours.st_ino != now.st_ino || static_cast<std::uint64_t>(now.st_size) < offset_);
}

Result<std::vector<LogEntry>> LogReader::read(std::size_t limit_bytes) {
  std::vector<LogEntry> entries;
  std::size_t taken = 0;
  while (taken < limit_bytes) {
    char buffer[32 << 10];
    const auto at = static_cast<off_t>(offset_ + rest_.size());
    const ssize_t count = pread(file_.get(), buffer, std::min(sizeof buffer, limit_bytes - taken), at);
    if (count < 0) {
      return errno_failure("cannot read " + path_, errno);
    }
    if (count == 0) {
      // Looked at only here: what the old file still had has been given first.
      if (!was_replaced()) {
        return entries;
      }
      offset_ = 0;
      rest_.clear();
      if (auto opened = open_file(); !opened) {
        return opened.error();
      }
      continue;
    }
    taken += static_cast<std::size_t>(count);
    rest_.append(buffer, static_cast<std::size_t>(count));
    std::size_t begin = 0;
    for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
      if (auto entry = parse_log_line(std::string_view(rest_).substr(begin, end - begin))) {
        entries.push_back(std::move(*entry));
      }
      begin = end + 1;
    }
    offset_ += begin;
    rest_.erase(0, begin);
  }
  return entries;
}

bool LogReader::wait(std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  const std::string name = path_.substr(path_.rfind('/') + 1);
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    pollfd changed{changes_.get(), POLLIN, 0};
    if (left <= 0 || poll(&changed, 1, static_cast<int>(left)) <= 0) {
      return false;
    }
    alignas(inotify_event) char buffer[8 << 10];
    const ssize_t count = ::read(changes_.get(), buffer, sizeof buffer);
    for (ssize_t at = 0; at < count;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      if ((event->mask & IN_IGNORED) != 0) {
        return false;
      }
      if (event->len > 0 && name == event->name) {
        return true;
      }
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
}

Result<std::vector<LogEntry>> read_log_tail(const std::string& path, std::size_t lines) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat known {};
  if (!file.valid() || fstat(file.get(), &known) != 0) {
    return errno_failure("cannot open " + path, errno);
  }
  constexpr off_t kStep = 64 << 10;
  off_t begin = known.st_size;
  std::string text;
  while (begin > 0 && static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) <= lines) {
    const off_t step = std::min(kStep, begin);
    std::string piece(static_cast<std::size_t>(step), '\0');
    const ssize_t count = pread(file.get(), piece.data(), piece.size(), begin - step);
    if (count != static_cast<ssize_t>(piece.size())) {
      return errno_failure("cannot read " + path, count < 0 ? errno : EIO);
    }
    text.insert(0, piece);
    begin -= step;
  }
  std::vector<LogEntry> entries;
  std::string_view rest = text;
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    if (auto entry = parse_log_line(rest.substr(0, end))) {
      entries.push_back(std::move(*entry));
    }
    rest.remove_prefix(end + 1);
  }
  if (entries.size() > lines) {
    entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(lines));
  }
  return entries;
}

}  // namespace troupe::runtime
