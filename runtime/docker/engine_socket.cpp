#include "runtime/docker/engine_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <functional>
#include <mutex>
#include <optional>

namespace troupe::runtime::docker {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using SteadyTime = std::chrono::steady_clock::time_point;

namespace {

constexpr std::size_t kPieceBytes = 32 << 10;
/// Of one reply that is kept whole: the list of all containers of a large host.
constexpr std::size_t kReplyBytes = 256 << 20;

/// One request and its reply. Each step runs the loop until it is done, the
/// deadline is over, or somebody stops it.
class Exchange {
 public:
  explicit Exchange(std::chrono::milliseconds deadline) {
    if (deadline.count() > 0) {
      end_ = std::chrono::steady_clock::now() + deadline;
    }
    parser_.body_limit(boost::none);
    parser_.header_limit(64 << 10);
  }

  error_code send(const std::string& path, const HttpRequest& request) {
    const asio::local::stream_protocol::endpoint endpoint(path);
    if (auto problem = await([&](auto done) { socket_.async_connect(endpoint, std::move(done)); })) {
      return problem;
    }
    http::request<http::string_body> message;
    message.method_string(request.method);
    message.target(request.target);
    message.set(http::field::host, "localhost");
    message.set(http::field::connection, "close");
    if (!request.registry_auth.empty()) {
      message.set("X-Registry-Auth", request.registry_auth);
    }
    if (!request.body.empty()) {
      message.set(http::field::content_type, request.content_type);
    }
    message.body() = request.body;
    message.prepare_payload();
    if (auto problem = await([&](auto done) { http::async_write(socket_, message, std::move(done)); })) {
      return problem;
    }
    return await([&](auto done) { http::async_read_header(socket_, buffer_, parser_, std::move(done)); });
  }

  [[nodiscard]] unsigned status() const { return parser_.get().result_int(); }

  [[nodiscard]] std::string header(boost::beast::string_view name) const {
    return std::string(parser_.get()[name]);
  }

  /// The next bytes of the body; empty at its end.
  Result<std::string_view> receive() {
    while (!parser_.is_done()) {
      auto& body = parser_.get().body();
      body.data = piece_;
      body.size = sizeof piece_;
      const auto problem =
          await([&](auto done) { http::async_read_some(socket_, buffer_, parser_, std::move(done)); });
      const std::size_t count = sizeof piece_ - body.size;
      if (problem && problem != http::error::need_buffer && problem != http::error::end_of_stream) {
        return failure("read from", problem);
      }
      if (count > 0) {
        return std::string_view(piece_, count);
      }
      if (problem == http::error::end_of_stream) {
        break;
      }
    }
    return std::string_view();
  }

  /// From any thread.
  void abort() {
    asio::post(io_, [this] { close(); });
  }

  [[nodiscard]] Failure failure(const char* what, const error_code& problem) const {
    return {FailureKind::unavailable, std::string("cannot ") + what + " the container engine: " +
                                          (timed_out_ ? "it did not answer in time" : problem.message())};
  }

 private:
  template <class Start>
  error_code await(Start start) {
    std::optional<error_code> result;
    start([&result](const error_code& problem, auto...) { result = problem; });
    io_.restart();
    while (!result) {
      const auto ran = end_ ? io_.run_one_until(*end_) : io_.run_one();
      if (ran == 0 && !result) {
        timed_out_ = true;
        close();
        io_.restart();
        io_.run();
      }
    }
    return *result;
  }

  void close() {
    error_code ignored;
    socket_.close(ignored);
  }

  asio::io_context io_{1};
  asio::local::stream_protocol::socket socket_{io_};
  boost::beast::flat_buffer buffer_;
  http::response_parser<http::buffer_body> parser_;
  std::optional<SteadyTime> end_;
  bool timed_out_ = false;
  char piece_[kPieceBytes];
};

}  // namespace

struct StreamStop::State {
  std::mutex mutex;
  bool stopped = false;
  std::function<void()> abort;  ///< Empty while no stream runs.
};

StreamStop::StreamStop() : state_(std::make_shared<State>()) {}
StreamStop::~StreamStop() = default;

void StreamStop::stop() {
  const std::lock_guard lock(state_->mutex);
  state_->stopped = true;
  if (state_->abort) {
    state_->abort();
  }
}

bool StreamStop::stopped() const {
  const std::lock_guard lock(state_->mutex);
  return state_->stopped;
}

Result<HttpReply> EngineSocket::call(const HttpRequest& request) const {
  std::string body;
  StreamEvents events;
  events.bytes = [&](std::string_view bytes) { body.append(bytes); };
  auto reply = stream(request, events);
  if (reply && reply->status < 300) {
    reply->body = std::move(body);
  }
  return reply;
}

Result<HttpReply> EngineSocket::stream(const HttpRequest& request, const StreamEvents& events,
                                       StreamStop* stop) const {
  const auto exchange = std::make_unique<Exchange>(request.deadline);
  const auto run_under = [&](Exchange* running) {
    if (stop == nullptr) {
      return true;
    }
    const std::lock_guard lock(stop->state_->mutex);
    stop->state_->abort = running != nullptr ? [running] { running->abort(); } : std::function<void()>{};
    return !stop->state_->stopped;
  };
  struct Cleared {
    std::function<bool(Exchange*)> run_under;
    ~Cleared() { run_under(nullptr); }
  } const cleared{run_under};
  if (!run_under(exchange.get())) {
    return Failure{FailureKind::unavailable, "the stream was stopped"};
  }
  if (const auto problem = exchange->send(path_, request)) {
    return exchange->failure(("reach " + path_ + " of").c_str(), problem);
  }
  HttpReply reply{exchange->status(), {}, exchange->header("Server"), exchange->header("Api-Version")};
  const bool good = reply.status < 300;
  if (good && events.opened) {
    events.opened();
  }
  std::size_t taken = 0;
  for (;;) {
    const auto bytes = exchange->receive();
    if (!bytes) {
      return bytes.error();
    }
    if (bytes->empty()) {
      return reply;
    }
    taken += bytes->size();
    if (good) {
      events.bytes(*bytes);
    } else if (taken <= kReplyBytes) {
      reply.body.append(*bytes);
    }
  }
}

}  // namespace troupe::runtime::docker
