// What the test host keeps: records, calls under way, and everything a module did.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "opsflux/context.hpp"
#include "opsflux/http.hpp"
#include "opsflux/jobs.hpp"

namespace opsflux::testing {

using RecordFields = std::map<std::string, Value, std::less<>>;

struct LogLine {
  std::uint32_t level = 0;
  std::string event;
  Fields fields;
};

struct EmittedEvent {
  std::string name;
  Json payload;
};

struct EnqueuedJob {
  std::string id, job;
  Json payload;
  Timestamp not_before;
};

// How a call of the module ended.
struct Outcome {
  opf_status status = OPF_OK;
  std::optional<Error> error;        // what the module put on the context
  RecordFields record;               // after a hook: the record as it would be written
  std::optional<Response> response;  // of a route; absent while it is deferred
  opf_ticket ticket = 0;             // of a deferred route

  bool ok() const { return status == OPF_OK; }
  std::string reason() const { return error ? error->reason() : std::string(); }
  std::string field() const { return error ? error->field() : std::string(); }
  // The field of `record`; null when it has none of that name.
  Value operator[](std::string_view name) const {
    const auto it = record.find(name);
    return it == record.end() ? Value() : it->second;
  }
};

struct Rows {
  std::uint32_t columns = 0;
  std::vector<Value> values;  // row by row
};

// A request for a route.
struct RouteRequest {
  std::map<std::string, std::string, std::less<>> path = {}, query = {},
                                                  headers = {};  // headers in lower case
  std::string body = {};
};

namespace detail {

struct OpenRecord {
  std::string id;
  RecordFields fields, before;
  bool writable = false;
};

// One call into the module: its arena, its error and its handles end with it.
struct Call {
  std::deque<std::string> texts;
  std::deque<std::vector<opf_value>> values;
  std::deque<Value> kept;
  std::deque<std::unique_ptr<std::max_align_t[]>> blocks;
  std::optional<Error> error;
  std::vector<opf_field> lent_params;
  std::map<opf_record, OpenRecord> records;
  std::map<opf_cursor, std::deque<opf_record>> cursors;
  const RouteRequest* request = nullptr;
  opf_request request_handle = 0;
  std::optional<Response> response;
  opf_ticket ticket = 0;

  opf_str keep(std::string_view text) { return opsflux::detail::lend(texts.emplace_back(text)); }
  opf_value keep_value(const Value& value) { return kept.emplace_back(value).lend(); }
};

struct Deferred {
  void (*on_cancel)(void*) = nullptr;
  void* user = nullptr;
};

template <class Function>
struct Bound {
  Function function = nullptr;
  void* user = nullptr;
  void (*release)(void*) = nullptr;
};

}  // namespace detail
}  // namespace opsflux::testing
