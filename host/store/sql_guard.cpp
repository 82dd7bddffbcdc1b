#include "host/store/sql_guard.hpp"

#include "host/base/text.hpp"
#include "host/store/sql_lexer.hpp"

namespace opsflux::store {
namespace {

using Kind = SqlToken::Kind;

std::set<std::string_view> words(std::string_view separated) {
  std::set<std::string_view> out;
  for (const std::string_view word : split(separated, ' ')) out.insert(word);
  return out;
}

// An allow list, because a deny list has to know every function that runs SQL given as text
// (query_to_xml, ts_stat, ...) or changes a setting (set_config('role', ...)). SQLite calls the operators ->
// and ->> functions.
const std::set<std::string_view> kPlainFunctions = words(
    "-> ->> abs acos asin atan atan2 avg btrim ceil ceiling char_length coalesce concat concat_ws cos "
    "count cume_dist date date_part date_trunc datetime degrees dense_rank exp extract first_value floor "
    "greatest group_concat hex ifnull iif initcap instr json json_array json_array_length json_each "
    "json_extract json_group_array json_group_object json_insert json_object json_patch json_remove "
    "json_replace json_set json_tree json_type json_valid jsonb_agg jsonb_array_elements "
    "jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each "
    "jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_object_agg jsonb_set jsonb_typeof "
    "julianday lag last_value lead least left length like ln log log10 lower lpad ltrim max md5 min mod "
    "now nth_value ntile nullif octet_length percent_rank pi position pow power printf radians random "
    "rank replace reverse right round row_number rpad rtrim sign sin split_part sqrt starts_with strftime "
    "string_agg strpos substr substring sum tan time to_char to_date to_timestamp total translate trim "
    "trunc typeof unicode unixepoch upper");

// Words of the language that may stand before a parenthesis, and types that take a length.
const std::set<std::string_view> kWordsBeforeParenthesis = words(
    "add all and any as asc between bigint boolean brin btree by case cast char character check conflict "
    "decimal default desc distinct else except exists filter from gin gist group having in include "
    "interval intersect is join key lateral like limit materialized not numeric offset on or over "
    "precision returning row select set some text then timestamp timestamptz union unique using values "
    "varchar when where with");

class Guard {
 public:
  Guard(std::string_view sql, const Scope& scope) : scope_(scope), tokens_(lex_sql(sql)) {}

  Result<void> check() {
    while (!tokens_.empty() && tokens_.back().is_sign(';')) tokens_.pop_back();
    if (tokens_.empty()) return {};
    TRY(check_statement_kind());
    for (std::size_t i = 0; i < tokens_.size(); ++i) TRY(check_token(i));
    return {};
  }

 private:
  Unexpected refuse(std::string_view what) const { return fail(forbidden_sql(scope_.owner, what)); }
  bool word(std::size_t i, std::string_view text) const {
    return i < tokens_.size() && tokens_[i].is_word(text);
  }

  bool sign(std::size_t i, char text) const { return i < tokens_.size() && tokens_[i].is_sign(text); }

  Result<void> check_statement_kind() const {
    const std::string& first = tokens_[0].text;
    if (tokens_[0].kind != Kind::kWord) return refuse(first.empty() ? "?" : first);
    for (const char* data : {"select", "insert", "update", "delete", "with", "values"}) {
      if (first == data) return {};
    }
    if (scope_.rights == OwnerRights::kSchema) {
      const bool table = word(1, "table");
      const bool index = word(1, "index") || (first == "create" && word(1, "unique") && word(2, "index"));
      if ((first == "create" || first == "drop") && (table || index)) return {};
      if (first == "alter" && (table || index)) return {};
    }
    std::string what = first;
    if (tokens_.size() > 1 && tokens_[1].kind == Kind::kWord) what += " " + tokens_[1].text;
    return refuse(what);
  }

  Result<void> check_token(std::size_t i) const {
    const SqlToken& token = tokens_[i];
    switch (token.kind) {
      case Kind::kBroken:
        return refuse("a quote or comment without end");
      case Kind::kUnicodeEscape:
        return refuse("U&");
      case Kind::kDollarString:
        return refuse("$$");
      case Kind::kSign:
        return token.is_sign(';') ? Result<void>(refuse("several statements in one")) : Result<void>();
      case Kind::kWord:
      case Kind::kQuotedName:
        return check_name(i);
      default:
        return {};
    }
  }

  Result<void> check_name(std::size_t i) const {
    const SqlToken& token = tokens_[i];
    const std::string name = to_lower_ascii(token.text);
    const bool called = sign(i + 1, '(');
    if (name.starts_with("pg_") || name.starts_with("sqlite_") || name == "information_schema") {
      return called ? refuse(name) : fail(foreign_table(scope_.owner, name));
    }
    // Databases made before PostgreSQL 15 let everybody create in "public".
    if (name == "public" && sign(i + 1, '.')) return fail(foreign_table(scope_.owner, name));
    if (word(i, "set") && word(i + 1, "schema")) return refuse("set schema");
    if (word(i, "owner") && word(i + 1, "to")) return refuse("owner to");
    // SELECT ... INTO makes a table.
    if (token.is_word("into") && !(i > 0 && tokens_[i - 1].is_word("insert"))) return refuse("select into");
    if (called) return check_call(i, name);
    return {};
  }

  Result<void> check_call(std::size_t i, const std::string& name) const {
    if (i > 0 && tokens_[i - 1].is_sign('.')) {
      // A qualified table in INSERT INTO x.t(...) or REFERENCES; the database judges the table.
      return is_owned_name(name, scope_.owner) ? Result<void>() : refuse(name);
    }
    if (tokens_[i].kind == Kind::kWord && kWordsBeforeParenthesis.contains(name)) return {};
    if (is_plain_function(name) || is_owned_name(name, scope_.owner)) return {};
    // The name of a common table expression or an alias with columns: no call can stand there.
    if (i > 0 && (word(i - 1, "with") || word(i - 1, "recursive") || word(i - 1, "as"))) return {};
    // INSERT INTO other_table(...): a table of somebody else, said as such.
    if (i > 0 &&
        (word(i - 1, "into") || word(i - 1, "references") || word(i - 1, "table") || word(i - 1, "on"))) {
      return fail(foreign_table(scope_.owner, name));
    }
    return refuse(name);
  }

  const Scope& scope_;
  std::vector<SqlToken> tokens_;
};

}  // namespace

bool is_plain_function(std::string_view name) { return kPlainFunctions.contains(name); }

bool is_owned_name(std::string_view name, std::string_view owner) {
  return name.size() > owner.size() + 1 && name[owner.size()] == '_' &&
         to_lower_ascii(name.substr(0, owner.size())) == owner;
}

Error foreign_table(std::string_view owner, std::string_view table) {
  return Error::forbidden("store.foreign_table", "The module " + std::string(owner) +
                                                     " may not touch the table " + std::string(table) +
                                                     ": it is not its own.")
      .with("owner", owner)
      .with("table", table);
}

Error forbidden_sql(std::string_view owner, std::string_view what) {
  return Error::forbidden("store.forbidden_sql", "The module " + std::string(owner) +
                                                     " may not use this in SQL: " + std::string(what) + ".")
      .with("owner", owner)
      .with("what", what);
}

Result<void> check_module_sql(std::string_view sql, const Scope& scope) { return Guard(sql, scope).check(); }

}  // namespace opsflux::store
