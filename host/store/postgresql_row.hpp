// Internal: a row of a PostgreSQL result in text form.
#pragma once

#include <libpq-fe.h>

#include <charconv>
#include <deque>
#include <string>

#include "host/store/row.hpp"

namespace opsflux::store {

// Reads the server's text, so that nothing is rounded on the way; only booleans and timestamps are put into
// the form that both databases share.
class PostgresqlRow final : public Row {
 public:
  PostgresqlRow(const PGresult* result, int row) : result_(result), row_(row) {}

  int columns() const override { return PQnfields(result_); }
  std::string_view name(int column) const override {
    const char* name = PQfname(result_, column);
    return name ? name : "";
  }
  bool is_null(int column) const override { return PQgetisnull(result_, row_, column) == 1; }

  std::int64_t i64(int column) const override {
    const std::string_view text = raw(column);
    if (PQftype(result_, column) == kBool) return text == "t";
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    // Reals and numerics with a fraction are cut, as on SQLite.
    if (read.ec == std::errc() && read.ptr != text.data() + text.size() && *read.ptr == 'e') {
      return static_cast<std::int64_t>(f64(column));
    }
    return value;
  }

  double f64(int column) const override {
    const std::string_view text = raw(column);
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  bool boolean(int column) const override {
    const std::string_view text = raw(column);
    return PQftype(result_, column) == kBool ? text == "t" : i64(column) != 0;
  }

  std::string_view text(int column) const override {
    const std::string_view text = raw(column);
    switch (PQftype(result_, column)) {
      case kBool:
        return text.empty() ? text : (text == "t" ? "1" : "0");
      case kTimestampTz:
        return timestamp(text);
      default:
        return text;
    }
  }

  ValueKind kind(int column) const override {
    if (is_null(column)) return ValueKind::kNull;
    switch (PQftype(result_, column)) {
      case kBool:
        return ValueKind::kBoolean;
      case kInt2:
      case kInt4:
      case kInt8:
        return ValueKind::kInteger;
      case kFloat4:
      case kFloat8:
        return ValueKind::kReal;
      default:
        return ValueKind::kText;
    }
  }

 private:
  // Fixed in PostgreSQL's catalogue (pg_type.dat).
  static constexpr Oid kBool = 16, kInt8 = 20, kInt2 = 21, kInt4 = 23, kFloat4 = 700, kFloat8 = 701,
                       kTimestampTz = 1184;

  std::string_view raw(int column) const {
    return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }

  // "2026-11-21 07:05:03.1234+00" as "2026-11-21T07:05:03.123400Z". The session's zone is UTC. What lies
  // outside the years 0001 to 9999 stays as the server wrote it.
  std::string_view timestamp(std::string_view text) const {
    if (text.size() < 22 || text.size() > 29 || text[4] != '-' || text[10] != ' ' || !text.ends_with("+00"))
      return text;
    std::string& out = formatted_.emplace_back(text.substr(0, text.size() - 3));
    out[10] = 'T';
    if (out.size() == 19) out += '.';
    out.resize(26, '0');
    out += 'Z';
    return out;
  }

  const PGresult* result_;
  int row_;
  mutable std::deque<std::string> formatted_;
};

}  // namespace opsflux::store
