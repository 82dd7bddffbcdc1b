// Rows of a table become records: what a cell means for a field, and batches of writes that tell, row by row,
// what was wrong.
//
// Every row goes through Engine::create or Engine::update, with all their rules, hooks and rights. Rows are
// written many to a transaction; where one is refused the batch is written anew with a savepoint for each, so
// that the others are left alone.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "host/entities/engine.hpp"
#include "host/tabular/interpret.hpp"
#include "host/tabular/table_reader.hpp"

namespace opsflux::entities {

struct ImportPlan {
  std::vector<std::optional<std::size_t>> fields;  // by column of the file; nothing: the column is left out
  // Unique fields, together: a row whose record exists changes it. Empty: every row is a new record.
  std::vector<std::size_t> key;
  tabular::DecimalMark decimal = tabular::DecimalMark::kPoint;
  tabular::DateOrder dates = tabular::DateOrder::kYmd;
  // The value of an enum whose label, in any language, is `text`; empty: none.
  std::function<std::string(const Field& field, std::string_view text)> value_of_label{};
};

struct RowProblem {
  std::int64_t row = 0;       // in the file
  std::string column, value;  // of the file; empty where the whole row is meant
  Error error;
};

struct ImportedRow {
  std::string id;
  bool created = false;
  std::int64_t version_before = 0, version = 0;  // the same: nothing was changed
};

struct BatchResult {
  std::vector<ImportedRow> written;
  std::vector<RowProblem> problems;
};

// For one thread. References must outlive it.
class Importer {
 public:
  Importer(Engine& engine, const Catalog& catalog, const EntityEntry& entity, Caller caller, ImportPlan plan,
           std::vector<std::string> headers);

  // Whether the plan makes sense: a column goes to one field only, the key is unique and has its columns.
  Result<void> check_plan() const;
  // Writes rows, or with `dry` finds out what would be refused and leaves nothing. In a dry run values that
  // must be unique are compared with those of the rows before as well. Blocks for the database. `also`
  // runs for each row that was written, in its transaction. Fails only where nothing more can be done.
  using Also = std::function<Result<void>(store::Transaction&, const ImportedRow&)>;
  Result<BatchResult> batch(std::span<const tabular::Row> rows, bool dry, const Also& also = {});

 private:
  Result<Json> input_of(WriteContext& write, const tabular::Row& row, std::vector<RowProblem>& problems);
  Result<Json> value_of(WriteContext& write, const Field& field, std::size_t index,
                        const tabular::Cell& cell);
  Result<Json> number_of(const Field& field, const tabular::Cell& cell) const;
  Result<Json> moment_of(const Field& field, const tabular::Cell& cell) const;
  Result<Json> reference_of(WriteContext& write, const Field& field, std::size_t index,
                            const std::string& text);
  Result<std::string> find_target(WriteContext& write, const EntityEntry& target, const std::string& text);
  Result<std::string> existing(WriteContext& write, const Json& input) const;
  Result<ImportedRow> write_row(WriteContext& write, const Json& input);
  using Seen = std::map<std::size_t, std::set<std::string>>;  // values by unique field
  bool seen_before(const Json& input, const tabular::Row& row, Seen& here,
                   std::vector<RowProblem>& problems) const;
  Result<BatchResult> write_batch(std::span<const tabular::Row> rows, bool dry, const Also& also,
                                  bool savepoints);
  void note(std::vector<RowProblem>& problems, const tabular::Row& row, Error error) const;

  Engine& engine_;
  const Catalog& catalog_;
  const EntityEntry& entity_;
  const Caller caller_;
  const ImportPlan plan_;
  const std::vector<std::string> headers_;
  std::map<std::pair<const EntityEntry*, std::string>, std::string> targets_;  // of references found before
  Seen seen_;             // in a dry run, in the batches before
  bool careful_ = false;  // the batch before had rows that were refused
};

// The field that a header most likely means: its name or a label of it, compared without case, accents and
// punctuation. `labels`: what a field is called, in every language.
std::optional<std::size_t> guess_field(const EntityEntry& entity, const Caller& caller,
                                       std::string_view header,
                                       const std::function<std::vector<std::string>(const Field&)>& labels);

// A cell as a person would write it, for reports.
std::string cell_text(const tabular::Cell& cell);

}  // namespace opsflux::entities
