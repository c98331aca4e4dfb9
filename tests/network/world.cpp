// Plain sockets and iproute2; a namespace is entered by a thread that ends there.

#include "tests/network/world.hpp"

#include "runtime/network/namespaces.hpp"
#include "runtime/process/process.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <sstream>

namespace troupe::runtime {
namespace {

std::string& neighbour_path() {
  static std::string path;
  return path;
}

sockaddr_in endpoint(const std::string& address, std::uint16_t port) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_port = htons(port);
  ::inet_pton(AF_INET, address.c_str(), &made.sin_addr);
  return made;
}

const sockaddr* generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// Copies of mounts that real daemons of this machine made: they may vanish at any
// moment, and are nothing of ours.
void drop_foreign_namespaces() {
  const auto mounts = read_file("/proc/self/mounts");
  std::istringstream lines(mounts.has_value() ? *mounts : "");
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("nsfs ")) {
      ::umount2(line.substr(5, line.find(' ', 5) - 5).c_str(), MNT_DETACH);
    }
  }
}

bool await(int fd, short what, int wait_ms) {
  pollfd ready{fd, what, 0};
  return ::poll(&ready, 1, wait_ms) == 1;
}

}  // namespace

bool become_own_host() {
  if (::geteuid() != 0 || ::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", "/run", "tmpfs", 0, "size=16m") != 0) {
    return false;
  }
  drop_foreign_namespaces();
  neighbour_path() = "/run/neighbour";
  if (make_namespace(neighbour()).has_error()) {
    return false;
  }
  output_of({"ip", "link", "set", "lo", "up"});
  output_of({"ip", "link", "add", "cable", "type", "veth", "peer", "name", "cable2"});
  // 192.0.2.0/24 is for documentation: nobody has these addresses.
  output_of({"ip", "addr", "add", "192.0.2.1/24", "dev", "cable"});
  output_of({"ip", "link", "set", "cable", "up"});
  output_of({"ip", "link", "set", "cable2", "netns", neighbour()});
  output_of({"ip", "addr", "add", "192.0.2.2/24", "dev", "cable2"}, neighbour());
  output_of({"ip", "link", "set", "cable2", "up"}, neighbour());
  output_of({"ip", "route", "add", "default", "via", "192.0.2.2"});
  // The kernel notices a moment later that the cable is plugged in at both ends.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (output_of({"ip", "route"}).find("linkdown") != std::string::npos) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
  }
  return true;
}

const std::string& neighbour() {
  return neighbour_path();
}

void inside(const std::string& namespace_path, const std::function<void()>& work) {
  std::thread([&] {
    if (!namespace_path.empty()) {
      const Descriptor there(::open(namespace_path.c_str(), O_RDONLY | O_CLOEXEC));
      ASSERT_EQ(::setns(there.get(), CLONE_NEWNET), 0) << namespace_path;
    }
    work();
  }).join();
}

std::string output_of(const std::vector<std::string>& argv, const std::string& namespace_path) {
  Command command;
  command.argv = argv;
  command.network_namespace = namespace_path;
  auto output = run_checked(command);
  EXPECT_TRUE(output.has_value()) << output.error().message;
  return output.has_value() ? *output : "";
}

Server::Server(const std::string& namespace_path, Protocol protocol, std::uint16_t port, std::string text,
               const std::string& address)
    : protocol_(protocol), text_(std::move(text)), stop_(::eventfd(0, EFD_CLOEXEC)) {
  inside(namespace_path, [&] {
    const bool tcp = protocol == Protocol::tcp;
    socket_ = Descriptor(::socket(AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0));
    const int yes = 1;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in where = endpoint(address, port);
    socklen_t size = sizeof where;
    EXPECT_EQ(::bind(socket_.get(), generic(where), size), 0) << address << ":" << port;
    EXPECT_TRUE(!tcp || ::listen(socket_.get(), 64) == 0);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&where), &size);
    port_ = ntohs(where.sin_port);
  });
  thread_ = std::thread([this] { serve(); });
}

Server::~Server() {
  const std::uint64_t one = 1;
  EXPECT_EQ(::write(stop_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  thread_.join();
}

void Server::serve() {
  for (;;) {
    pollfd ready[2] = {{socket_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    ::poll(ready, 2, -1);
    if (ready[1].revents != 0) {
      return;
    }
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (protocol_ == Protocol::tcp) {
      const Descriptor client(
          ::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC));
      char address[INET_ADDRSTRLEN];
      ::inet_ntop(AF_INET, &peer.sin_addr, address, sizeof address);
      const std::string answer = text_ + " " + address;
      ::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    } else {
      char datagram[512];
      const ssize_t got =
          ::recvfrom(socket_.get(), datagram, sizeof datagram, 0, reinterpret_cast<sockaddr*>(&peer), &size);
      const std::string answer =
          text_ + " " + std::string(datagram, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
      ::sendto(socket_.get(), answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&peer), size);
    }
  }
}

std::string ask(const std::string& namespace_path, const std::string& address, std::uint16_t port,
                const std::string& request, int wait_ms) {
  std::string answer;
  inside(namespace_path, [&] {
    const Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const sockaddr_in there = endpoint(address, port);
    ::connect(client.get(), generic(there), sizeof there);
    if (!await(client.get(), POLLOUT, wait_ms)) {
      return;
    }
    ::send(client.get(), request.data(), request.size(), MSG_NOSIGNAL);
    char part[512];
    while (await(client.get(), POLLIN, wait_ms)) {
      const ssize_t got = ::recv(client.get(), part, sizeof part, 0);
      if (got <= 0) {
        break;
      }
      answer.append(part, static_cast<std::size_t>(got));
    }
  });
  return answer;
}

bool is_closed(const std::string& namespace_path, const std::string& address, std::uint16_t port) {
  return ask(namespace_path, address, port, "", 200).empty();
}

std::string ask_udp(const std::string& namespace_path, const std::string& address, std::uint16_t port,
                    const std::string& text, std::uint16_t source_port, int wait_ms) {
  std::string answer;
  inside(namespace_path, [&] {
    const Descriptor client(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const sockaddr_in here = endpoint("0.0.0.0", source_port);
    EXPECT_EQ(::bind(client.get(), generic(here), sizeof here), 0);
    const sockaddr_in there = endpoint(address, port);
    ::sendto(client.get(), text.data(), text.size(), 0, generic(there), sizeof there);
    char part[512];
    if (await(client.get(), POLLIN, wait_ms)) {
      const ssize_t got = ::recv(client.get(), part, sizeof part, 0);
      answer.assign(part, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    }
  });
  return answer;
}

std::string picture_of_host() {
  // Names only: whether a link is up yet changes by itself.
  std::string links;
  std::istringstream lines(output_of({"ip", "-o", "-br", "link"}));
  for (std::string line; std::getline(lines, line);) {
    links += line.substr(0, line.find(' ')) + "\n";
  }
  return links + output_of({"nft", "list", "ruleset"}) +
         output_of({"findmnt", "--noheadings", "--list", "--types", "nsfs"}) + output_of({"ip", "route"});
}

bool becomes(const std::string& picture) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (picture_of_host() != picture) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
  }
  return true;
}

ScratchDirectory::ScratchDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "troupe-network-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data()) == nullptr ? "" : pattern;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace troupe::runtime
