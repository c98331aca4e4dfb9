/// Files of values.

#include "config/value_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace troupe::config {

Values read_values(const std::string& path, std::string& problem) {
  Values values;
  std::ifstream file{path};
  if (!file) {
    if (errno != ENOENT) problem = "cannot read " + path + ": " + std::strerror(errno);
    return values;
  }
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  if (file.bad()) problem = "cannot read " + path + ": " + std::strerror(errno);
  return values;
}

std::string write_values(const std::string& path, const Values& values) {
  std::string text;
  for (const auto& [name, value] : values) text.append(name).append("=").append(value).append("\n");
  const auto fresh = path + ".new";
  ::unlink(fresh.c_str());
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return "cannot write " + fresh + ": " + std::strerror(errno);
  const bool written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  const int why = errno;
  ::close(fd);
  if (!written) return "cannot write " + fresh + ": " + std::strerror(why);
  if (std::rename(fresh.c_str(), path.c_str()) != 0) {
    return "cannot write " + path + ": " + std::strerror(errno);
  }
  return {};
}

}  // namespace troupe::config
