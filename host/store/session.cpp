#include "host/store/session.hpp"

#include <cmath>

#include "host/base/text.hpp"
#include "host/store/connection.hpp"

namespace opsflux::store {

Result<void> check_values(Params params) {
  int number = 0;
  for (const Value& value : params) {
    ++number;
    const auto refuse = [&](std::string_view why) {
      return fail(Error::invalid("store.bad_value", "A value cannot be stored: " + std::string(why) + ".")
                      .with("parameter", std::to_string(number)));
    };
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      if (has_nul(*text)) return refuse("it contains the character NUL");
      if (!is_utf8(*text)) return refuse("it is not UTF-8 text");
    } else if (const auto* real = std::get_if<double>(&value)) {
      if (!std::isfinite(*real)) return refuse("it is not a finite number");
    }
  }
  return {};
}

template <class T>
Result<T> Session::keep(Result<T> result) {
  if (!result && !failed_) failed_ = result.error();
  return result;
}

Dialect Session::dialect() const { return connection_.dialect(); }

Result<std::int64_t> Session::execute(std::string_view sql, Params params) {
  if (failed_) return fail(*failed_);
  if (auto values = check_values(params); !values) return keep(Result<std::int64_t>(fail(values.error())));
  return keep(connection_.execute(sql, params));
}

Result<void> Session::post(std::string_view sql, Params params) {
  if (failed_) return fail(*failed_);
  if (auto values = check_values(params); !values) return keep(std::move(values));
  return keep(connection_.post(sql, params));
}

Result<void> Session::query(std::string_view sql, Params params, function_ref<bool(const Row&)> on_row) {
  if (failed_) return fail(*failed_);
  if (auto values = check_values(params); !values) return keep(std::move(values));
  return keep(connection_.query(sql, params, on_row));
}

Result<void> Session::stream(std::string_view sql, Params params, function_ref<bool(const Row&)> on_row) {
  if (failed_) return fail(*failed_);
  if (auto values = check_values(params); !values) return keep(std::move(values));
  return keep(connection_.stream(sql, params, on_row));
}

Result<bool> Session::query_one(std::string_view sql, Params params, function_ref<void(const Row&)> on_row) {
  bool found = false;
  TRY(query(sql, params, [&](const Row& row) {
    found = true;
    on_row(row);
    return false;
  }));
  return found;
}

Result<void> Session::script(std::string_view sql) {
  if (failed_) return fail(*failed_);
  return keep(connection_.script(sql));
}

void Transaction::on_commit(std::function<void()> callback) { on_commit_.push_back(std::move(callback)); }

Result<void> Transaction::savepoint(function_ref<Result<void>()> work) {
  if (failed_) return fail(*failed_);
  TRY(keep(connection_.savepoint()));
  const std::size_t callbacks = on_commit_.size();
  Result<void> result = work();
  if (result && failed_) result = fail(*failed_);
  if (result) return keep(connection_.release());

  on_commit_.resize(callbacks);
  // A clash cannot be healed from inside: the whole transaction has to run again.
  if (failed_ && failed_->code == kClash) return fail(*failed_);
  if (connection_.broken() || !connection_.in_transaction()) {
    if (!failed_) failed_ = result.error();
    return result;
  }
  failed_.reset();
  if (auto undone = connection_.rollback_to(); !undone) return keep(std::move(undone));
  return result;
}

}  // namespace opsflux::store
