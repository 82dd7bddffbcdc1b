// Identifiers: UUID version 7 (RFC 9562) as lower-case text, so that they sort by creation time.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"

namespace opsflux {

// Makes UUIDv7s that strictly increase within the process, also within one millisecond and when the
// clock steps back. Safe from any thread.
class IdSource {
 public:
  explicit IdSource(const Clock& clock) : clock_(clock) {}
  std::string next();

 private:
  const Clock& clock_;
  std::mutex mutex_;
  std::uint64_t last_ms_ = 0;
  std::uint64_t counter_ = 0;  // 42 bits after the version nibble: rand_a and the head of rand_b
};

bool is_uuid(std::string_view text);
// Whether a record may have it: a UUID, or the short name of one that the host brings along, such as the role
// "guest".
bool is_record_id(std::string_view text);

}  // namespace opsflux
