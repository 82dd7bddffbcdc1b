#include "host/services/identity/defence/limits.hpp"

#include <sodium.h>

#include <algorithm>
#include <cmath>

namespace opsflux::identity {
using std::chrono::seconds;

static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);

std::string rate_limit_fields(const LimitPolicy& policy, const LimitVerdict& verdict) {
  const std::string name = "\"" + policy.name + "\"";
  return "RateLimit-Policy: " + name + ";q=" + std::to_string(policy.quota) +
         ";w=" + std::to_string(policy.window.count()) + "\r\nRateLimit: " + name +
         ";r=" + std::to_string(verdict.remaining) + ";t=" + std::to_string(verdict.reset.count()) + "\r\n";
}

Error too_many_requests(const LimitVerdict& verdict) {
  const std::string wait = std::to_string(verdict.reset.count());
  return Error::make(ErrorKind::kTooMany, "http.too_many_requests",
                     "Too many requests. Try again in " + wait + " s.")
      .with("seconds", wait)
      .retry_after(verdict.reset.count() * 1000);
}

Limits::Limits(const Clock& clock, std::size_t max_keys)
    : clock_(clock), max_keys_(std::max<std::size_t>(1, max_keys / kShards)) {
  crypto_shorthash_keygen(secret_.data());
}

// Keyed, so that nobody can choose addresses that count as one another.
std::uint64_t Limits::hash(std::string_view name, std::string_view key) const {
  std::string text;
  text.reserve(name.size() + key.size() + 1);
  text.append(name).append(1, '\0').append(key);
  std::uint64_t out = 0;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&out),
                   reinterpret_cast<const unsigned char*>(text.data()), text.size(), secret_.data());
  return out;
}

Limits::Window& Limits::touch(Shard& shard, std::uint64_t key) {
  if (const auto it = shard.windows.find(key); it != shard.windows.end()) {
    shard.order.splice(shard.order.end(), shard.order, it->second.place);
    return it->second;
  }
  if (shard.windows.size() >= max_keys_) {
    shard.windows.erase(shard.order.front());
    shard.order.pop_front();
  }
  shard.order.push_back(key);
  Window& window = shard.windows[key];
  window.place = std::prev(shard.order.end());
  return window;
}

LimitVerdict Limits::take(const LimitPolicy& policy, std::string_view key) {
  if (policy.quota == 0) return {};
  const double length = static_cast<double>(policy.window.count());
  const double now = std::chrono::duration<double>(clock_.steady().time_since_epoch()).count();
  const auto number = static_cast<std::int64_t>(std::floor(now / length));
  const double passed = now - static_cast<double>(number) * length;  // of this window, seconds
  const std::uint64_t id = hash(policy.name, key);
  Shard& shard = shards_[id % kShards];
  const std::lock_guard lock(shard.mutex);
  Window& window = touch(shard, id);
  if (window.number != number) {
    window.before = window.number + 1 == number ? window.now : 0;
    window.now = 0;
    window.number = number;
  }
  const double quota = policy.quota;
  const double used = window.before * (1 - passed / length) + window.now;
  LimitVerdict verdict;
  if (used + 1 <= quota) {
    ++window.now;
    verdict.remaining = static_cast<std::uint32_t>(std::max(0.0, quota - used - 1));
    verdict.reset = seconds(static_cast<std::int64_t>(std::ceil(length - passed)));
    return verdict;
  }
  // When the part of an earlier window has shrunk enough: of the one before, or, once this one is over, of
  // it.
  const auto shrunk = [&](double earlier, double later) {
    return length * (1 - (quota - 1 - later) / earlier);
  };
  const double at = window.now + 1 <= quota ? shrunk(window.before, window.now)
                                            : length + std::max(0.0, shrunk(window.now, 0));
  verdict.refused = true;
  verdict.reset = seconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(at - passed))));
  return verdict;
}

std::size_t Limits::keys() const {
  std::size_t count = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    count += shard.windows.size();
  }
  return count;
}

}  // namespace opsflux::identity
