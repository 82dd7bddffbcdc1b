// Handles: what a module holds instead of pointers.
//
// The tables of the C ABI are plain functions without a `this`, so the numbers are resolved in one table
// of the process. A handle is kind (8 bits), generation (24 bits, random start), slot (32 bits); a slot's
// generation changes with each use, so that a stale number finds nothing instead of another's object.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "opsflux/abi/types.h"

namespace opsflux::modules {

enum class HandleKind : std::uint8_t {
  kInstance = 1,
  kContext = 2,
  kRecord = 3,
  kCursor = 4,
  kRequest = 5,
  kTicket = 6
};

class HandleTable {
 public:
  opf_handle add(HandleKind kind, std::shared_ptr<void> object);
  // Null when the handle is stale or of another kind.
  std::shared_ptr<void> find(HandleKind kind, opf_handle handle) const;
  // The object, once; null afterwards.
  std::shared_ptr<void> take(HandleKind kind, opf_handle handle);
  std::size_t live() const;

 private:
  struct Slot {
    std::shared_ptr<void> object;
    std::uint32_t generation = 0;
    HandleKind kind{};
  };
  const Slot* slot_of(HandleKind kind, opf_handle handle) const;

  mutable std::mutex mutex_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::size_t live_ = 0;
};

// The one table of the process.
HandleTable& handles();

template <class T>
std::shared_ptr<T> find_handle(HandleKind kind, opf_handle handle) {
  return std::static_pointer_cast<T>(handles().find(kind, handle));
}

}  // namespace opsflux::modules
