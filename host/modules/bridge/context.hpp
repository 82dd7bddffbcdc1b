// One call into a module: what it may see and do, and what dies with it.
#pragma once

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/entities/catalog.hpp"
#include "host/http/exchange.hpp"
#include "host/modules/bridge/handles.hpp"

namespace opsflux::modules {

class Generation;

// Memory of a call. Not shared between threads.
class Arena {
 public:
  static constexpr std::size_t kLimit = 64 << 20;  // bytes
  void* allocate(std::size_t size);                // aligned to 16; null beyond the limit
  opf_str text(std::string_view value);            // a copy; {null, 0} when memory is over
  std::size_t used() const { return used_; }

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0, used_ = 0;
};

struct RecordView {
  const entities::EntityEntry* entity = nullptr;
  entities::Record* record = nullptr;  // what is read and, in hooks, written
  const entities::Record* before = nullptr;
  bool writable = false;
  std::unique_ptr<entities::Record> owned;  // of read and list
};

struct CursorView {
  const entities::EntityEntry* entity = nullptr;
  std::vector<entities::Record> records;
  std::size_t next = 0;
};

// Lives as a shared object so that a stale handle on another thread cannot reach freed memory; the call
// itself uses it on one thread.
class CallContext {
 public:
  CallContext(Generation& generation, const Caller& caller, std::shared_ptr<const entities::Catalog> catalog)
      : generation(generation), caller(caller), catalog(std::move(catalog)) {}

  Generation& generation;
  const Caller& caller;
  std::shared_ptr<const entities::Catalog> catalog;
  entities::WriteContext* write = nullptr;  // in a hook: the change's own transaction
  http::Exchange* exchange = nullptr;       // in a route
  bool answered = false;                    // responded or deferred
  std::int64_t deadline_ns = 0;
  Arena arena;
  std::optional<Error> error;
  std::vector<std::unique_ptr<RecordView>> records;
  std::vector<std::unique_ptr<CursorView>> cursors;

  opf_record add_record(std::unique_ptr<RecordView> view);
  RecordView* record(opf_record handle) const;
  opf_cursor add_cursor(std::unique_ptr<CursorView> view);
  CursorView* cursor(opf_cursor handle) const;
};

// Registers a context for the length of a scope.
class ContextScope {
 public:
  explicit ContextScope(std::shared_ptr<CallContext> context)
      : context_(std::move(context)), handle_(handles().add(HandleKind::kContext, context_)) {}
  ~ContextScope() { handles().take(HandleKind::kContext, handle_); }
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;
  opf_ctx handle() const { return handle_; }
  CallContext& operator*() const { return *context_; }
  CallContext* operator->() const { return context_.get(); }

 private:
  std::shared_ptr<CallContext> context_;
  opf_ctx handle_;
};

// What the status of a module's function, with the context's error, means for the host.
Result<void> outcome(CallContext& context, opf_status status, std::string_view function);

}  // namespace opsflux::modules
