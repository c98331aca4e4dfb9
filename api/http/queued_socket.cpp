/// Framing, queueing and gathered writes.

#include "api/http/queued_socket.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>

namespace troupe::api::http {
namespace {

/// Pieces per system call: 64 messages with their headers.
constexpr std::size_t pieces_max = 128;

/// Else the kernel alone hides a reader that is 4 MiB behind.
constexpr int send_buffer_bytes = 64 << 10;

/// The header of an unmasked, unfragmented text frame. Source: RFC 6455, section 5.2.
std::size_t write_text_head(std::array<char, 10>& head, std::size_t payload_bytes) {
  head[0] = static_cast<char>(0x81);
  if (payload_bytes < 126) {
    head[1] = static_cast<char>(payload_bytes);
    return 2;
  }
  const std::size_t length_bytes = payload_bytes <= 0xFFFF ? 2 : 8;
  head[1] = static_cast<char>(length_bytes == 2 ? 126 : 127);
  for (std::size_t i = 0; i < length_bytes; ++i) {
    head[2 + i] = static_cast<char>((payload_bytes >> (8 * (length_bytes - 1 - i))) & 0xFFU);
  }
  return 2 + length_bytes;
}

}  // namespace

QueuedSocket::QueuedSocket(Socket socket, std::string already_read, const ServerOptions& options)
    : socket_(std::move(socket)),
      already_read_(std::move(already_read)),
      frames_max_(options.websocket_queue_frames_max),
      bytes_max_(options.websocket_queue_bytes_max) {
  error_code ignored;
  socket_.set_option(boost::asio::socket_base::send_buffer_size(send_buffer_bytes), ignored);
}

void QueuedSocket::attach(std::weak_ptr<Connection> owner, std::function<void()> drained) {
  owner_ = std::move(owner);
  drained_ = std::move(drained);
}

bool QueuedSocket::push(const Frame& message) {
  const auto full = [&] {
    return queue_.size() >= frames_max_ || (!queue_.empty() && queued_bytes_ + message->size() > bytes_max_);
  };
  if (full()) flush();
  if (full()) return false;
  Entry entry;
  entry.head_bytes = write_text_head(entry.head, message->size());
  entry.payload = message;
  queued_bytes_ += entry.size();
  queue_.push_back(std::move(entry));
  return true;
}

void QueuedSocket::push_bytes(std::string bytes, std::unique_ptr<Completion> completion) {
  Entry entry;
  entry.payload = std::make_shared<const std::string>(std::move(bytes));
  entry.completion = std::move(completion);
  queued_bytes_ += entry.size();
  queue_.push_back(std::move(entry));
  flush();
}

void QueuedSocket::flush() {
  if (waiting_ || queue_.empty()) return;
  while (!queue_.empty()) {
    std::array<iovec, pieces_max> pieces{};
    std::size_t count = 0;
    std::size_t skip = sent_of_first_;
    const auto add = [&](const char* data, std::size_t size) {
      const std::size_t passed = std::min(skip, size);
      skip -= passed;
      if (size > passed) pieces[count++] = {const_cast<char*>(data) + passed, size - passed};
    };
    for (auto entry = queue_.begin(); entry != queue_.end() && count + 2 <= pieces_max; ++entry) {
      add(entry->head.data(), entry->head_bytes);
      add(entry->payload->data(), entry->payload->size());
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = count;
    const ssize_t sent = sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      consume(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return wait_until_writable();
    } else if (errno != EINTR) {
      return fail({errno, boost::system::system_category()});
    }
  }
  if (drained_) drained_();
}

void QueuedSocket::consume(std::size_t count) {
  queued_bytes_ -= count;
  sent_of_first_ += count;
  while (!queue_.empty() && sent_of_first_ >= queue_.front().size()) {
    Entry& first = queue_.front();
    sent_of_first_ -= first.size();
    if (first.completion) first.completion->complete({}, first.size());
    queue_.pop_front();
  }
}

void QueuedSocket::wait_until_writable() {
  waiting_ = true;
  socket_.async_wait(Socket::wait_write, [this, owner = owner_.lock()](const error_code& error) {
    waiting_ = false;
    if (error) return fail(error);
    flush();
  });
}

void QueuedSocket::drop_unsent() {
  std::deque<Entry> kept;
  for (std::size_t i = 0; i < queue_.size(); ++i) {
    if ((i == 0 && sent_of_first_ > 0) || queue_[i].completion) {
      kept.push_back(std::move(queue_[i]));
    } else {
      queued_bytes_ -= queue_[i].size();
    }
  }
  queue_ = std::move(kept);
}

/// The socket is of no more use; the pending read of Beast's tells the session.
void QueuedSocket::fail(const error_code& error) {
  for (Entry& entry : std::exchange(queue_, {})) {
    if (entry.completion) entry.completion->complete(error, 0);
  }
  queued_bytes_ = 0;
  sent_of_first_ = 0;
  close();
}

void QueuedSocket::close() {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace troupe::api::http
