// SQL on the module's own tables: a permission of high risk ("opsflux.db/1") that the administrator accepts,
// because the rights on rows and fields do not apply here. Prefer entities.hpp.
//
// Parameters are $1, $2, ... on both databases. On SQLite a decimal(p,s) column holds the number times 10^s
// as an integer; on PostgreSQL it is read as text.
#pragma once

#include "opsflux/context.hpp"

namespace opsflux {

// Rows of a query, valid during the call.
class Rows {
 public:
  class Row {
   public:
    Row(const opf_value* values, std::uint32_t columns) : values_(values), columns_(columns) {}
    // The column (from 0) as T; std::optional<T> where it may be NULL.
    template <class T>
    T get(std::uint32_t column) const {
      if (column >= columns_)
        throw std::out_of_range("The row has no column " + std::to_string(column) + ".");
      return detail::value_as<T>(values_[column]);
    }

   private:
    const opf_value* values_;
    std::uint32_t columns_;
  };

  explicit Rows(const opf_rows& rows) : rows_(rows) {}
  std::size_t size() const { return rows_.rows; }
  bool empty() const { return rows_.rows == 0; }
  Row operator[](std::size_t row) const {
    if (row >= rows_.rows) throw std::out_of_range("There is no row " + std::to_string(row) + ".");
    return Row(rows_.values + row * rows_.columns, rows_.columns);
  }

 private:
  opf_rows rows_;
};

class Db {
 public:
  explicit Db(const Context& context) : context_(context), db_(*context.services().db) {}

  // Runs one statement and gives the number of rows it changed.
  std::int64_t execute(std::string_view sql, const std::vector<Value>& params = {}) const {
    const auto lent = detail::lend(params);
    std::int64_t changed = 0;
    check(db_.execute(context_.handle(), detail::lend(sql), lent.data(), lent.size(), &changed));
    return changed;
  }
  // Reads all rows of one statement; more than `max_rows` (0: 10 000) is an error.
  Rows query(std::string_view sql, const std::vector<Value>& params = {}, std::uint64_t max_rows = 0) const {
    const auto lent = detail::lend(params);
    opf_rows rows{};
    rows.struct_size = sizeof rows;
    check(db_.query(context_.handle(), detail::lend(sql), lent.data(), lent.size(), max_rows, &rows));
    return Rows(rows);
  }

 private:
  void check(opf_status status) const { detail::check(context_.services(), context_.handle(), status); }

  const Context& context_;
  const opf_db_v1& db_;
};

inline Db Context::db() const { return Db(*this); }

}  // namespace opsflux
