// opsflux.db/1: SQL of a module on its own tables, kept there by the store's owner scope.
#include "host/base/text.hpp"
#include "host/modules/bridge/guard.hpp"
#include "host/modules/bridge/tables.hpp"
#include "host/store/owner_scope.hpp"
#include "opsflux/abi/db.h"

namespace opsflux::modules {
namespace {

// Parameters as the store binds them, with the texts they view into.
struct Bound {
  std::vector<std::string> texts;
  std::vector<store::Value> values;
};

Result<Bound> bind(const opf_value* params, std::uint64_t count) {
  Bound bound;
  if (count > 1000)
    return fail(service_error(ErrorKind::kTooLarge, "too_many_parameters",
                              "A statement has at most 1000 parameters."));
  bound.texts.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const opf_value& value = params[i];
    if (value.type == OPF_NULL)
      bound.values.emplace_back(store::kNull);
    else if (value.type == OPF_BOOL)
      bound.values.emplace_back(value.u.i64 != 0);
    else if (value.type == OPF_I64)
      bound.values.emplace_back(value.u.i64);
    else if (value.type == OPF_F64)
      bound.values.emplace_back(value.u.f64);
    else {
      TRY(json_from(value));  // checks tag and encoding
      bound.texts.push_back(text_from(value));
      bound.values.emplace_back(std::string_view(bound.texts.back()));
    }
  }
  return bound;
}

Result<opf_value> cell(Arena& arena, const store::Row& row, int column) {
  opf_value out{OPF_NULL, 0, {}, 0};
  switch (row.kind(column)) {
    case store::ValueKind::kNull:
      break;
    case store::ValueKind::kBoolean:
      out.type = OPF_BOOL;
      out.u.i64 = row.boolean(column) ? 1 : 0;
      break;
    case store::ValueKind::kInteger:
      out.type = OPF_I64;
      out.u.i64 = row.i64(column);
      break;
    case store::ValueKind::kReal:
      out.type = OPF_F64;
      out.u.f64 = row.f64(column);
      break;
    case store::ValueKind::kText: {
      const std::string_view text = row.text(column);
      const opf_str copy = arena.text(text);
      if (copy.len != text.size())
        return fail(service_error(ErrorKind::kTooLarge, "arena_full", "The call has used up its memory."));
      out.type = OPF_TEXT;
      out.u.text = copy.ptr;
      out.len = copy.len;
    }
  }
  return out;
}

opf_status execute(opf_ctx ctx, opf_str sql, const opf_value* params, std::uint64_t count,
                   std::int64_t* changed) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(bound, bind(params, count));
    auto& engine = context.generation.runtime().engine;
    const std::string& module = context.generation.manifest().id;
    const auto run = [&](store::Transaction& transaction) -> Result<void> {
      const store::OwnerScope scope(transaction, module);
      TRY_ASSIGN(rows, transaction.execute(view(sql), bound.values));
      if (changed != nullptr) *changed = rows;
      return {};
    };
    return context.write != nullptr ? run(context.write->transaction) : engine.database().write_now(run);
  });
}

opf_status query(opf_ctx ctx, opf_str sql, const opf_value* params, std::uint64_t count,
                 std::uint64_t max_rows, opf_rows* out) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    if (out == nullptr || out->struct_size < sizeof(opf_rows))
      return fail(service_error(ErrorKind::kUnsupported, "bad_struct", "struct_size is too small."));
    TRY_ASSIGN(bound, bind(params, count));
    const std::uint64_t limit = max_rows == 0 ? 10'000 : std::min<std::uint64_t>(max_rows, 1'000'000);
    std::vector<opf_value> values;
    std::uint64_t rows = 0;
    int columns = 0;
    std::optional<Error> failed;
    const auto run = [&](store::Session& session) -> Result<void> {
      const store::OwnerScope scope(session, context.generation.manifest().id);
      values.clear();
      rows = 0;
      TRY(session.query(view(sql), bound.values, [&](const store::Row& row) {
        if (rows == limit) {
          failed = service_error(ErrorKind::kTooLarge, "too_many_rows",
                                 "The statement gives more than " + std::to_string(limit) + " rows.");
          return false;
        }
        columns = row.columns();
        for (int i = 0; i < columns; ++i) {
          auto value = cell(context.arena, row, i);
          if (!value) {
            failed = std::move(value.error());
            return false;
          }
          values.push_back(*value);
        }
        ++rows;
        return true;
      }));
      return {};
    };
    if (context.write != nullptr)
      TRY(run(context.write->transaction));
    else
      TRY(context.generation.runtime().engine.database().read(
          [&](store::Session& session) { return run(session); }));
    if (failed) return fail(std::move(*failed));
    auto* copy = static_cast<opf_value*>(context.arena.allocate(values.size() * sizeof(opf_value)));
    if (copy == nullptr)
      return fail(service_error(ErrorKind::kTooLarge, "arena_full", "The call has used up its memory."));
    std::copy(values.begin(), values.end(), copy);
    out->columns = static_cast<std::uint32_t>(columns);
    out->rows = rows;
    out->values = copy;
    return {};
  });
}

}  // namespace

const void* db_table() {
  static const opf_db_v1 table{sizeof(opf_db_v1), 1, execute, query};
  return &table;
}

}  // namespace opsflux::modules
