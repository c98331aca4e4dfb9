/// A server of plain WebSockets, and its clients.

#include "tools/bench/echo_sockets.hpp"

#include "api/http/client.hpp"
#include "tools/bench/interrupt.hpp"
#include "tools/bench/process_figures.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string_view>

namespace troupe::tools::bench {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using runtime::Descriptor;
using runtime::Failure;
using runtime::FailureKind;
using runtime::Result;

constexpr int echo_patience_ms = 10'000;
/// As long as an agent's answer to a heartbeat.
constexpr std::size_t echo_message_bytes = 96;

class EchoConnection : public std::enable_shared_from_this<EchoConnection> {
 public:
  explicit EchoConnection(asio::ip::tcp::socket socket) : stream_(std::move(socket)) {}

  void start() {
    stream_.async_accept([me = shared_from_this()](const error_code& error) {
      if (!error) me->read();
    });
  }

 private:
  void read() {
    stream_.async_read(message_, [me = shared_from_this()](const error_code& error, std::size_t) {
      if (!error) me->write();
    });
  }
  void write() {
    stream_.async_write(message_.cdata(), [me = shared_from_this()](const error_code& error, std::size_t) {
      if (error) return;
      me->message_.clear();
      me->read();
    });
  }

  websocket::stream<asio::ip::tcp::socket, false> stream_;
  boost::beast::flat_buffer message_;
};

void accept_all(asio::ip::tcp::acceptor& acceptor) {
  acceptor.async_accept([&acceptor](const error_code& error, asio::ip::tcp::socket socket) {
    if (error) return;
    std::make_shared<EchoConnection>(std::move(socket))->start();
    accept_all(acceptor);
  });
}

/// In the child: serves until its parent is gone.
[[noreturn]] void serve_echoes(asio::io_context& context, asio::ip::tcp::acceptor& acceptor) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  context.notify_fork(asio::io_context::fork_child);
  accept_all(acceptor);
  context.run();
  _exit(0);
}

/// Blocks until `bytes` have come; false when they do not.
bool receive_bytes(int socket, std::string& into, std::size_t bytes) {
  while (into.size() < bytes) {
    pollfd ready{socket, POLLIN, 0};
    char chunk[4096];
    if (poll(&ready, 1, echo_patience_ms) <= 0) return false;
    const auto count = recv(socket, chunk, sizeof chunk, 0);
    if (count <= 0) return false;
    into.append(chunk, static_cast<std::size_t>(count));
  }
  return true;
}

bool open_echo(int socket) {
  const std::string_view hello =
      "GET / HTTP/1.1\r\nHost: echo\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  if (::send(socket, hello.data(), hello.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(hello.size()))
    return false;
  std::string answer;
  while (answer.find("\r\n\r\n") == std::string::npos) {
    if (!receive_bytes(socket, answer, answer.size() + 1)) return false;
  }
  return answer.starts_with("HTTP/1.1 101");
}

/// A text frame of a client; a mask of zeros leaves its bytes as they are.
std::string echo_frame() {
  std::string frame{'\x81', static_cast<char>(0x80U | echo_message_bytes), 0, 0, 0, 0};
  return frame.append(echo_message_bytes, 'x');
}

Result<void> say_to_all(const std::vector<Descriptor>& clients) {
  const auto frame = echo_frame();
  for (const auto& client : clients) ::send(client.get(), frame.data(), frame.size(), MSG_NOSIGNAL);
  for (const auto& client : clients) {
    std::string echo;
    if (!receive_bytes(client.get(), echo, echo_message_bytes + 2))
      return Failure{FailureKind::failed, "no echo comes"};
  }
  return {};
}

Result<EchoFigures> measure_child(pid_t child, const api::http::Endpoint& endpoint, std::size_t count,
                                  unsigned rounds) {
  const auto before = private_mib(child);
  std::vector<Descriptor> clients;
  for (std::size_t i = 0; i < count; ++i) {
    if (const auto go_on = unless_interrupted(); !go_on) return go_on.error();
    const auto socket = api::http::dial(endpoint, std::chrono::milliseconds{echo_patience_ms});
    if (!socket) return Failure{FailureKind::failed, socket.error().message};
    clients.emplace_back(*socket);
    if (!open_echo(*socket)) return Failure{FailureKind::failed, "a plain WebSocket does not open"};
  }
  if (const auto said = say_to_all(clients); !said) return said.error();
  EchoFigures figures;
  figures.kib_of_connection = (private_mib(child) - before) * 1024 / static_cast<double>(count);
  const auto cpu = cpu_time(child);
  for (unsigned round = 0; round < rounds; ++round) {
    if (const auto said = say_to_all(clients); !said) return said.error();
  }
  figures.cpu_of_message = (cpu_time(child) - cpu) / static_cast<Nanos::rep>(count * std::max(1U, rounds));
  return figures;
}

}  // namespace

Result<EchoFigures> measure_echo(std::size_t count, unsigned rounds) {
  asio::io_context context{1};
  asio::ip::tcp::acceptor acceptor{context, {asio::ip::make_address("127.0.0.1"), 0}};
  const api::http::Endpoint endpoint{"127.0.0.1", acceptor.local_endpoint().port()};
  context.notify_fork(asio::io_context::fork_prepare);
  const pid_t child = fork();
  if (child < 0) return runtime::errno_failure("cannot start the echo server", errno);
  if (child == 0) serve_echoes(context, acceptor);
  context.notify_fork(asio::io_context::fork_parent);
  acceptor.close();
  const auto figures = measure_child(child, endpoint, count, rounds);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return figures;
}

}  // namespace troupe::tools::bench
