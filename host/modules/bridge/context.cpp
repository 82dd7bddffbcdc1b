#include "host/modules/bridge/context.hpp"

#include "host/modules/bridge/convert.hpp"
#include "host/modules/generation.hpp"

namespace opsflux::modules {
namespace {

constexpr std::size_t kBlock = 16 << 10;

opf_handle local_handle(HandleKind kind, std::size_t count) {
  return std::uint64_t{static_cast<std::uint8_t>(kind)} << 56 | count;
}

// Records and cursors are numbered within their context, from 1.
std::optional<std::size_t> local_index(HandleKind kind, opf_handle handle, std::size_t count) {
  const std::uint64_t number = handle & 0xffffffffffffff;
  if (handle >> 56 != static_cast<std::uint8_t>(kind) || number == 0 || number > count) return std::nullopt;
  return number - 1;
}

}  // namespace

void* Arena::allocate(std::size_t size) {
  if (size > kLimit) return nullptr;
  size = (size + 15) & ~std::size_t{15};
  if (size > left_) {
    const std::size_t block = std::max(kBlock, size);
    if (used_ + block > kLimit) return nullptr;
    blocks_.emplace_back(new (std::nothrow) char[block]);
    if (blocks_.back() == nullptr) return nullptr;
    next_ = blocks_.back().get();
    left_ = block;
    used_ += block;
  }
  void* out = next_;
  next_ += size;
  left_ -= size;
  return out;
}

opf_str Arena::text(std::string_view value) {
  if (value.empty()) return {nullptr, 0};
  auto* copy = static_cast<char*>(allocate(value.size()));
  if (copy == nullptr) return {nullptr, 0};
  std::memcpy(copy, value.data(), value.size());
  return {copy, value.size()};
}

opf_record CallContext::add_record(std::unique_ptr<RecordView> view) {
  records.push_back(std::move(view));
  return local_handle(HandleKind::kRecord, records.size());
}

RecordView* CallContext::record(opf_record handle) const {
  const auto index = local_index(HandleKind::kRecord, handle, records.size());
  return index ? records[*index].get() : nullptr;
}

opf_cursor CallContext::add_cursor(std::unique_ptr<CursorView> view) {
  cursors.push_back(std::move(view));
  return local_handle(HandleKind::kCursor, cursors.size());
}

CursorView* CallContext::cursor(opf_cursor handle) const {
  const auto index = local_index(HandleKind::kCursor, handle, cursors.size());
  return index ? cursors[*index].get() : nullptr;
}

Result<void> outcome(CallContext& context, opf_status status, std::string_view function) {
  if (status == OPF_OK) return {};
  const std::string& module = context.generation.manifest().id;
  if (!context.error)
    return fail(Error::make(kind_of(status), "module.failed",
                            "The function " + std::string(function) + " of the module " + module +
                                " failed without saying why.")
                    .with("module", module)
                    .with("function", function));
  Error error = std::move(*context.error);
  context.error.reset();
  return fail(std::move(error));
}

}  // namespace opsflux::modules
