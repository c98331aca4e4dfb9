#pragma once

/// What the network tests stand on: a host of their own (a network and mount
/// namespace that ends with the test program, so nothing can stay behind on the
/// real one), a neighbour on its cable, and small servers and clients anywhere.

#include "runtime/network/networks.hpp"
#include "runtime/process/files.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace troupe::runtime {

/// Moves this process to a host of its own: lo, and `cable` with 192.0.2.1/24 and
/// a default route to the neighbour 192.0.2.2. Call before any thread exists.
/// False when not root.
bool become_own_host();

/// Path of the neighbour's network namespace.
const std::string& neighbour();

/// Runs `work` on a thread inside a network namespace; an empty path is ours.
void inside(const std::string& namespace_path, const std::function<void()>& work);

/// Output of a program, which must succeed.
std::string output_of(const std::vector<std::string>& argv, const std::string& namespace_path = "");

/// Answers each TCP connection with "<text> <peer's address>", each datagram
/// with "<text> <datagram>".
class Server {
 public:
  Server(const std::string& namespace_path, Protocol protocol, std::uint16_t port, std::string text,
         const std::string& address = "0.0.0.0");
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void serve();
  Protocol protocol_;
  std::string text_;
  Descriptor socket_;
  Descriptor stop_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// What a TCP server said; empty when there was none within `wait_ms`.
std::string ask(const std::string& namespace_path, const std::string& address, std::uint16_t port,
                const std::string& request = "", int wait_ms = 2000);

/// Whether nobody answers there; a packet that is dropped takes a moment to tell.
bool is_closed(const std::string& namespace_path, const std::string& address, std::uint16_t port);

/// What a UDP server answered; empty when nothing came within `wait_ms`.
/// `source_port` 0: any.
std::string ask_udp(const std::string& namespace_path, const std::string& address, std::uint16_t port,
                    const std::string& text, std::uint16_t source_port = 0, int wait_ms = 2000);

/// Everything a container could leave on this host: links, packet rules, mounts.
std::string picture_of_host();

/// Whether the host looks like `picture` within a minute: the kernel takes the links
/// of a removed namespace down when it gets to it.
bool becomes(const std::string& picture);

/// A directory that exists as long as the test that uses it.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace troupe::runtime
