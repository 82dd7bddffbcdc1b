#include "host/modules/bridge/handles.hpp"

#include "host/base/text.hpp"

namespace opsflux::modules {
namespace {

constexpr std::uint32_t kGenerationMask = 0xffffff;

std::uint32_t random_generation() {
  const std::string bytes = random_bytes(3);
  std::uint32_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

}  // namespace

opf_handle HandleTable::add(HandleKind kind, std::shared_ptr<void> object) {
  std::lock_guard lock(mutex_);
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.push_back({nullptr, random_generation(), kind});
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  slot.object = std::move(object);
  slot.kind = kind;
  slot.generation = (slot.generation + 1) & kGenerationMask;
  ++live_;
  return std::uint64_t{static_cast<std::uint8_t>(kind)} << 56 | std::uint64_t{slot.generation} << 32 | index;
}

const HandleTable::Slot* HandleTable::slot_of(HandleKind kind, opf_handle handle) const {
  const auto index = static_cast<std::uint32_t>(handle);
  if (handle >> 56 != static_cast<std::uint8_t>(kind) || index >= slots_.size()) return nullptr;
  const Slot& slot = slots_[index];
  return slot.kind == kind && slot.object != nullptr && slot.generation == (handle >> 32 & kGenerationMask)
             ? &slot
             : nullptr;
}

std::shared_ptr<void> HandleTable::find(HandleKind kind, opf_handle handle) const {
  std::lock_guard lock(mutex_);
  const Slot* slot = slot_of(kind, handle);
  return slot == nullptr ? nullptr : slot->object;
}

std::shared_ptr<void> HandleTable::take(HandleKind kind, opf_handle handle) {
  std::lock_guard lock(mutex_);
  const Slot* slot = slot_of(kind, handle);
  if (slot == nullptr) return nullptr;
  const auto index = static_cast<std::uint32_t>(handle);
  free_.push_back(index);
  --live_;
  return std::exchange(slots_[index].object, nullptr);
}

std::size_t HandleTable::live() const {
  std::lock_guard lock(mutex_);
  return live_;
}

HandleTable& handles() {
  static HandleTable table;
  return table;
}

}  // namespace opsflux::modules
