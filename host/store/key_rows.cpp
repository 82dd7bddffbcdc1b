#include "host/store/key_rows.hpp"

#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/text.hpp"

namespace opsflux::store {
namespace {

constexpr int kBatch = 500;

// A row that holds a sealed text.
struct Text {
  std::vector<std::string> key{};
  std::string sealed{}, context{};
};

std::vector<std::string> columns_of(const SealedColumn& column) {
  std::vector<std::string> out = column.key;
  for (std::size_t at = column.context.find('{'); at != std::string::npos;
       at = column.context.find('{', at + 1))
    out.push_back(column.context.substr(at + 1, column.context.find('}', at) - at - 1));
  return out;
}

// `values` are those of columns_of, of which the first ones are the key.
std::string context_of(const SealedColumn& column, const std::vector<std::string>& values) {
  std::string out;
  std::size_t value = column.key.size();
  for (std::size_t i = 0; i < column.context.size(); ++i) {
    if (column.context[i] != '{') {
      out += column.context[i];
      continue;
    }
    out += values[value++];
    i = column.context.find('}', i);
  }
  return out;
}

std::optional<std::string> sealed_in(const SealedColumn& column, std::string_view stored) {
  if (!column.in_json) return std::string(stored);
  const auto json = parse_json(stored);
  if (!json || !json->is_object() || !json->contains("sealed")) return std::nullopt;
  return get_string_or(*json, "sealed", "");
}

Result<std::vector<Text>> texts_of(Session& session, const SealedColumn& column,
                                   const std::vector<std::string>& after, int limit) {
  const std::vector<std::string> columns = columns_of(column);
  std::string sql = "SELECT " + join(columns, ", ") + ", " + column.column + " FROM " + column.table +
                    " WHERE " + column.column + " IS NOT NULL";
  if (column.in_json) sql += " AND " + column.column + " LIKE '{\"sealed\":%'";
  std::vector<Value> values;
  for (const std::string& value : after) values.emplace_back(std::string_view(value));
  if (!after.empty()) {
    std::string places;
    for (std::size_t i = 0; i < after.size(); ++i) places += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
    sql += " AND (" + join(column.key, ", ") + ") > (" + places + ")";
  }
  sql += " ORDER BY " + join(column.key, ", ");
  if (limit > 0) sql += " LIMIT " + std::to_string(limit);
  std::vector<Text> out;
  TRY(session.query(sql, values, [&](const Row& row) {
    std::vector<std::string> read;
    for (std::size_t i = 0; i < columns.size(); ++i) read.push_back(row.string(static_cast<int>(i)));
    Text text;
    text.context = context_of(column, read);
    text.key.assign(read.begin(), read.begin() + static_cast<std::ptrdiff_t>(column.key.size()));
    text.sealed = sealed_in(column, row.text(static_cast<int>(columns.size()))).value_or("");
    out.push_back(std::move(text));
    return true;
  }));
  return out;
}

Result<void> store_text(Transaction& transaction, const SealedColumn& column, const Text& text,
                        const std::string& sealed) {
  const std::string stored = column.in_json ? to_text({{"sealed", sealed}}) : sealed;
  std::string sql = "UPDATE " + column.table + " SET " + column.column + " = $1 WHERE ";
  std::vector<Value> values{std::string_view(stored)};
  for (std::size_t i = 0; i < column.key.size(); ++i) {
    sql += (i == 0 ? "" : " AND ") + column.key[i] + " = $" + std::to_string(i + 2);
    values.emplace_back(std::string_view(text.key[i]));
  }
  TRY(transaction.execute(sql, values));
  return {};
}

}  // namespace

std::string new_key_id() { return to_hex(random_bytes(6)); }

std::string key_context(const KeyRow& row) { return "key:" + row.purpose + ":" + row.id; }

Result<std::vector<KeyRow>> key_rows(Session& session) {
  std::vector<KeyRow> out;
  TRY(session.query(
      "SELECT id, purpose, sealed, created_at, retired_at FROM core_key "
      "ORDER BY CASE WHEN retired_at IS NULL THEN 1 ELSE 0 END, created_at, id",
      {}, [&](const Row& row) {
        out.push_back({row.string(0), row.string(1), row.string(2), row.string(3), row.string(4)});
        return true;
      }));
  return out;
}

Result<void> add_key(Transaction& transaction, const SecretBox& master, const KeyRow& row,
                     const std::string& bytes) {
  const std::string sealed = master.seal(bytes, key_context(row));
  TRY(transaction.execute("INSERT INTO core_key (id, purpose, sealed, created_at) VALUES ($1, $2, $3, $4)",
                          {row.id, row.purpose, sealed, row.created_at}));
  return {};
}

Result<bool> Reseal::step() {
  std::vector<std::string> last;
  std::int64_t sealed = 0, unreadable = 0;
  bool more = false;
  TRY(database_.write_now([&](Transaction& transaction) -> Result<void> {
    sealed = unreadable = 0;
    TRY_ASSIGN(texts, texts_of(transaction, column_, after_, kBatch));
    for (const Text& text : texts) {
      if (text.sealed.starts_with(box_.prefix())) continue;
      const auto plain = box_.unseal(text.sealed, text.context);
      if (!plain) {
        ++unreadable;
        continue;
      }
      TRY(store_text(transaction, column_, text, box_.seal(*plain, text.context)));
      ++sealed;
    }
    more = texts.size() == kBatch;
    last = texts.empty() ? std::vector<std::string>() : texts.back().key;
    return {};
  }));
  after_ = std::move(last);
  sealed_ += sealed;
  unreadable_ += unreadable;
  return more;
}

Result<void> count_texts(Session& session, const SecretBox& box, const SealedColumn& column,
                         std::string_view nameless, KeyReport& report) {
  std::vector<std::string> after;
  for (;;) {
    TRY_ASSIGN(texts, texts_of(session, column, after, kBatch));
    for (const Text& text : texts) {
      ++report.texts;
      if (!box.unseal(text.sealed, text.context)) {
        ++report.unreadable;
        continue;
      }
      const auto words = split(text.sealed, '.');
      const std::string_view id = words.size() == 3 ? words[1] : nameless;
      for (KeyState& key : report.keys)
        if (key.purpose == "secrets" && key.id == id) ++key.texts;
    }
    if (texts.size() < kBatch) return {};
    after = texts.back().key;
  }
}

}  // namespace opsflux::store
