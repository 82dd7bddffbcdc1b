#include "host/services/identity/throttle.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "host/base/text.hpp"

namespace opsflux::identity {
using std::chrono::milliseconds;

namespace {

// Enough to see from the audit trail that it goes on, and a bound to what a flood of attempts writes.
constexpr int kToldRefusals = 50;

}  // namespace

std::string Throttle::address_key(std::string_view address) {
  const std::string copy(address);
  unsigned char bytes[16];
  static constexpr unsigned char kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (inet_pton(AF_INET6, copy.c_str(), bytes) != 1) return "address:" + copy;
  if (std::memcmp(bytes, kMapped, sizeof kMapped) == 0) {
    char text[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, bytes + 12, text, sizeof text);
    return std::string("address:") + text;
  }
  return "network:" + to_hex({reinterpret_cast<const char*>(bytes), 8});
}

Throttle::Attempt Throttle::begin(std::string_view account, std::string_view address) {
  Attempt attempt;
  attempt.account = "account:" + std::string(account);
  attempt.address = address_key(address);
  const auto now = clock_.steady();
  std::lock_guard lock(mutex_);
  attempt.retry_after = std::max(wait_of(attempt.account, now), wait_of(attempt.address, now));
  if (attempt.refused()) {
    for (const std::string& key : {attempt.account, attempt.address})
      if (const auto it = windows_.find(key);
          it != windows_.end() && it->second.failures.size() >= options_.limit)
        if (it->second.refusals_told++ < kToldRefusals) attempt.worth_telling = true;
    return attempt;
  }
  attempt.number = next_++;
  const std::size_t limit = options_.limit;
  attempt.left = limit;
  for (const std::string& key : {attempt.account, attempt.address}) {
    auto& failures = touch(key).failures;
    failures.push_back({now, attempt.number});
    attempt.left = std::min(attempt.left, limit - std::min(limit, failures.size()));
  }
  return attempt;
}

void Throttle::succeeded(const Attempt& attempt) {
  std::lock_guard lock(mutex_);
  if (const auto it = windows_.find(attempt.account); it != windows_.end()) erase(it);
  forget(attempt.address, attempt.number);
}

void Throttle::withdrawn(const Attempt& attempt) {
  std::lock_guard lock(mutex_);
  forget(attempt.account, attempt.number);
  forget(attempt.address, attempt.number);
}

std::size_t Throttle::keys() const {
  std::lock_guard lock(mutex_);
  return windows_.size();
}

// How long `key` has to wait; drops what has left the window.
milliseconds Throttle::wait_of(const std::string& key, std::chrono::steady_clock::time_point now) {
  const auto it = windows_.find(key);
  if (it == windows_.end()) return milliseconds(0);
  auto& failures = it->second.failures;
  const auto gone = [&](const Failure& failure) { return now - failure.at >= options_.window.get(); };
  failures.erase(failures.begin(), std::find_if_not(failures.begin(), failures.end(), gone));
  if (failures.size() < options_.limit) {
    it->second.refusals_told = 0;
    if (failures.empty()) erase(it);
    return milliseconds(0);
  }
  const auto until = failures[failures.size() - options_.limit].at + options_.window.get();
  return std::max(milliseconds(1), std::chrono::ceil<milliseconds>(until - now));
}

Throttle::Window& Throttle::touch(const std::string& key) {
  if (const auto it = windows_.find(key); it != windows_.end()) {
    order_.splice(order_.end(), order_, it->second.place);
    return it->second;
  }
  if (windows_.size() >= options_.max_keys) erase(windows_.find(order_.front()));
  order_.push_back(key);
  Window& window = windows_[key];
  window.place = std::prev(order_.end());
  return window;
}

void Throttle::forget(const std::string& key, std::uint64_t number) {
  const auto it = windows_.find(key);
  if (it == windows_.end()) return;
  std::erase_if(it->second.failures, [&](const Failure& failure) { return failure.number == number; });
  if (it->second.failures.empty()) erase(it);
}

void Throttle::erase(Windows::iterator it) {
  order_.erase(it->second.place);
  windows_.erase(it);
}

}  // namespace opsflux::identity
