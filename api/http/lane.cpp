/// The loop of one io thread, its mailbox and the sweep that enforces deadlines.
///
/// Deadlines are kept as a time per connection and looked at by one timer per
/// lane, because arming a timer per request costs more than parsing it.

#include "api/http/lane.hpp"

#include <boost/asio/post.hpp>

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::api::http {
namespace {

/// Less is not worth a timer; more would be felt.
constexpr auto patience_least = std::chrono::microseconds{250};
constexpr auto patience_most = std::chrono::milliseconds{4};

}  // namespace

bool Mailbox::post(std::function<void()> task) {
  return push({std::move(task), nullptr, nullptr});
}

bool Mailbox::publish(std::shared_ptr<FrameGroup> group, Frame frame) {
  return push({nullptr, std::move(group), std::move(frame)});
}

bool Mailbox::push(Entry entry) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  const bool urgent = waiting_ && entry.task != nullptr;
  entries_.push_back(std::move(entry));
  if (!scheduled_ || urgent) {
    scheduled_ = true;
    waiting_ = false;
    boost::asio::post(*context_, [self = shared_from_this()] { self->run(); });
  }
  return true;
}

bool Mailbox::may_wait() const {
  return patience_ > Clock::duration{0} && !waited_ && !closed_ &&
         std::all_of(entries_.begin(), entries_.end(), [](const Entry& entry) { return !entry.task; });
}

void Mailbox::wait_for_company() {
  if (!company_timer_) company_timer_ = std::make_unique<Timer>(*context_);
  company_timer_->expires_after(patience_);
  company_timer_->async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (error) return;
    {
      const std::lock_guard lock(self->mutex_);
      if (!self->waiting_) return;
      self->waited_ = true;
    }
    self->run();
  });
}

void Mailbox::run() {
  std::vector<Entry> batch;
  {
    const std::lock_guard lock(mutex_);
    if (entries_.empty()) return;
    if (may_wait()) {
      waiting_ = true;
      return wait_for_company();
    }
    batch.swap(entries_);
    scheduled_ = false;
    waiting_ = false;
    waited_ = false;
  }
  deliver(batch);
}

void Mailbox::deliver(std::vector<Entry>& batch) {
  const auto begun = Clock::now();
  bool any = false;
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch[i].task) {
      batch[i].task();
      continue;
    }
    any = true;
    frames.push_back(std::move(batch[i].frame));
    if (i + 1 < batch.size() && batch[i + 1].group == batch[i].group) continue;
    batch[i].group->deliver(frames);
    frames.clear();
  }
  if (!any) return;
  const auto patience = (Clock::now() - begun) / 2;
  patience_ =
      patience < patience_least ? Clock::duration{0} : std::min<Clock::duration>(patience, patience_most);
}

void Mailbox::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  company_timer_.reset();
  run();
}

Lane::Lane(const ServerOptions& options, unsigned number)
    : options_(options),
      number_(number),
      mailbox_(std::make_shared<Mailbox>(context_)),
      sweep_timer_(context_),
      work_(boost::asio::make_work_guard(context_)) {}

Lane::~Lane() {
  stop();
}

void Lane::start() {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), ("http-" + std::to_string(number_)).c_str());
}

void Lane::run() {
  mailbox_->adopt_thread();
  while (true) {
    // A handler that throws is a bug of its own; the other connections go on.
    try {
      context_.run();
      break;
    } catch (const std::exception& error) {
      spdlog::error("http handler throws: {}", error.what());
    }
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  emptied_.notify_all();
}

void Lane::add(std::shared_ptr<Connection> connection) {
  connections_.insert(std::move(connection));
  if (!sweeping_) schedule_sweep();
}

void Lane::remove(const std::shared_ptr<Connection>& connection) {
  connections_.erase(connection);
  report_if_empty();
}

void Lane::report_if_empty() {
  if (!draining_ || !connections_.empty()) return;
  const std::lock_guard lock(mutex_);
  empty_ = true;
  emptied_.notify_all();
}

void Lane::schedule_sweep() {
  sweeping_ = true;
  const auto shortest = std::min({options_.idle_timeout, options_.header_timeout, options_.body_timeout,
                                  options_.answer_timeout, options_.write_timeout});
  sweep_timer_.expires_after(std::clamp<std::chrono::milliseconds>(shortest / 4, std::chrono::milliseconds{5},
                                                                   std::chrono::milliseconds{500}));
  sweep_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) sweep();
  });
}

void Lane::sweep() {
  sweeping_ = false;
  // A connection that ends leaves the set, so walk over a copy.
  const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
  const auto now = Clock::now();
  for (const auto& connection : all) connection->check_deadline(now);
  if (!connections_.empty()) schedule_sweep();
}

const std::string& Lane::date() {
  const std::time_t now = std::time(nullptr);
  if (now != date_second_) {
    date_second_ = now;
    std::tm parts{};
    gmtime_r(&now, &parts);
    date_.resize(40);
    date_.resize(std::strftime(date_.data(), date_.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts));
  }
  return date_;
}

void Lane::drain() {
  mailbox_->post([this] {
    draining_ = true;
    const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
    for (const auto& connection : all) connection->drain();
    report_if_empty();
  });
}

bool Lane::wait_until_empty(Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return emptied_.wait_until(lock, deadline, [this] { return empty_; });
}

void Lane::stop() {
  if (!thread_.joinable()) return;
  mailbox_->post([this] {
    mailbox_->close();
    draining_ = true;
    const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
    for (const auto& connection : all) connection->abort();
    sweep_timer_.cancel();
    // The loop ends by itself once the aborted operations have completed.
    work_.reset();
  });
  {
    std::unique_lock lock(mutex_);
    emptied_.wait_for(lock, std::chrono::seconds{1}, [this] { return ended_; });
  }
  context_.stop();
  thread_.join();
}

}  // namespace troupe::api::http
