#include <gtest/gtest.h>

#include "host/base/text.hpp"
#include "host/entities/expression/sql_complexity.hpp"
#include "host/entities/expression/test_sqlite.hpp"

namespace opsflux::expression::testing {
namespace {

class ExpressionSql : public ::testing::Test {
 protected:
  ExpressionSql() { table.create(schema); }

  Result<SqlFragment> compile(const std::string& text, store::Dialect dialect = store::Dialect::kSqlite,
                              int first = 1) {
    return compile_filter(text, schema, dialect, first, context_of(vectors, none));
  }
  std::string sql(const std::string& text, store::Dialect dialect = store::Dialect::kSqlite) {
    const auto out = compile(text, dialect);
    return out ? out->sql : out.error().message;
  }
  std::string plan(const std::string& text) {
    const auto out = compile(text);
    return table.plan("SELECT id FROM t WHERE id >= 0 AND " + out->sql, out->params);
  }
  void insert(std::int64_t id, const Json& record) {
    table.insert(id, schema, record_of(vectors, schema, record));
  }
  bool finds(const std::string& text) {
    const auto out = compile(text);
    return out && !table.matching(*out).empty();
  }

  const Json vectors = load_vectors();
  const FieldList schema = schema_of(vectors);
  const std::vector<Value> none = record_of(vectors, schema, Json::object());
  SqliteTable table;
};

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST_F(ExpressionSql, APlainFieldAndAConstantStayAPlainComparison) {
  EXPECT_EQ(sql("score >= 3"), "(t.\"score\" >= $1)");
  EXPECT_EQ(sql("score >= 3", store::Dialect::kPostgresql), "(t.\"score\" >= CAST($1 AS bigint))");
  EXPECT_EQ(sql("amount > 1.005", store::Dialect::kPostgresql), "(t.\"amount\" > CAST($1 AS numeric))");
  EXPECT_EQ(sql("due < today()"), "(t.\"due\" < $1)");
  EXPECT_EQ(sql("rank != 3"), "(t.\"rank\" <> $1)");
  EXPECT_EQ(sql("score != 3"), "((t.\"score\" = $1) IS NOT TRUE)");
}

TEST_F(ExpressionSql, ParametersAreNumberedFromTheGivenOne) {
  const auto out = compile("name == \"a\" && score in [1, 2]", store::Dialect::kSqlite, 4);
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->sql, "((t.\"score\" IN ($5, $6)) AND (t.\"name\" = $4))");
  ASSERT_EQ(out->params.size(), 3u);
  EXPECT_EQ(std::get<std::string>(out->params[0]), "a");
  EXPECT_EQ(std::get<std::int64_t>(out->params[2]), 2);
  std::vector<store::Value> bound;
  out->append_to(bound);
  EXPECT_EQ(std::get<std::string_view>(bound[0]), "a");
}

TEST_F(ExpressionSql, IndexesServeComparisonsMembershipAndPrefixes) {
  table.run("CREATE INDEX i_score ON t (score)", {});
  table.run("CREATE INDEX i_name ON t (name)", {});
  table.run("CREATE INDEX i_due ON t (due)", {});
  for (const char* text :
       {"score == 3", "score > 2.5", "score in [1, 2]", "name == \"a\"", "name.startsWith(\"Zo\")",
        "due <= today() + duration(\"30d\")",
        "due >= startOf(today(), \"week\") && due < addMonths(startOf(today(), \"month\"), 1)",
        "score == 1 || name == \"a\""})
    EXPECT_NE(plan(text).find("USING INDEX"), std::string::npos) << text << "\n" << plan(text);
}

TEST_F(ExpressionSql, TextOfTheUserNeverBecomesSql) {
  insert(1, {{"name", "x"}, {"city", "y"}});
  for (const char* attack : {"' OR 1=1 --", "\") OR 1=1 --", "'; DROP TABLE t; --", "$1", "?1", "%' OR '%'='",
                             "\\' OR 1=1 --", "x' UNION SELECT 1 --"}) {
    for (const char* form :
         {"name == ", "name.contains(", "name.startsWith(", "name.endsWith(", "name.icontains("}) {
      const std::string text =
          form + Json(attack).dump() + (std::string_view(form).ends_with('(') ? ")" : "");
      const auto out = compile(text);
      ASSERT_TRUE(out.has_value()) << text;
      EXPECT_EQ(out->sql.find("OR 1"), std::string::npos) << out->sql;
      EXPECT_TRUE(table.matching(*out).empty()) << text;
    }
  }
  for (const char* attack :
       {"1=1", "score == 1 OR 1=1", "score == 1; DROP TABLE t", "t.\"name\" == 1", "id IN (SELECT 1)",
        "score == 1 --", "score == (SELECT 1)", "name == 'a' 'b'", "score /* x */ == 1", "`name` == 1"})
    EXPECT_FALSE(compile(attack).has_value()) << attack;
  EXPECT_TRUE(finds("name == \"x\""));
}

TEST_F(ExpressionSql, OddTextsAreFoundExactly) {
  const std::vector<std::string> texts = {" ",        "\t\r\n",
                                          "'",        "\"",
                                          "\\",       "`",
                                          "%_",       "$1",
                                          ":name",    "\u00a0",
                                          "\u200b",   "\u202e",
                                          "\ufeff",   "e\u0301",
                                          "\u00e9",   "ﬀ",
                                          "ı",        "İ",
                                          "ß",        "ſ",
                                          "Ω",        "👩‍👩‍👧",
                                          "𝒳",        "田中さん",
                                          "الله",     "NULL",
                                          "null",     "true",
                                          "0",        "-0",
                                          "1e400",    "NaN",
                                          "<script>", "../../etc/passwd",
                                          "{{7*7}}",  std::string(2000, 'x')};
  for (std::size_t i = 0; i < texts.size(); ++i) insert(static_cast<std::int64_t>(i), {{"name", texts[i]}});
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string literal = Json(texts[i]).dump();
    for (const std::string& text :
         {"name == " + literal,
          "name.contains(" + literal + ") && name.size() == " + std::to_string(utf8_length(texts[i])),
          "name.startsWith(" + literal + ") && name.endsWith(" + literal + ") && !(name != " + literal +
              ")"}) {
      const auto out = compile(text);
      ASSERT_TRUE(out.has_value()) << text << out.error().message;
      EXPECT_EQ(table.matching(*out), std::set<std::int64_t>{static_cast<std::int64_t>(i)}) << text;
    }
  }
}

// Every shape that nests is compiled deeper and deeper: either it is refused, or SQLite takes it within a
// statement like those of the entity engine.
TEST_F(ExpressionSql, WhatIsNotRefusedIsNeverTooDeepForTheDatabase) {
  struct Shape {
    std::string_view open, close;
  };
  const Shape shapes[] = {{"(score == 1 && (rank == 2 || ", "))"},
                          {"!(", ")"},
                          {"(score + ", ")"},
                          {"(1 + score % ", ")"},
                          {"(amount * 2 - ", ")"},
                          {"(active ? score : ", ")"},
                          {"(score > 1 ? rank : score) + (", ")"},
                          {"active == (", ")"},
                          {"(rank == 1) == (", ")"},
                          {"-(", ")"},
                          {"(active ? 1 : score + ", ")"},
                          {"(score + 1 == 2 ? 1 : 0) + (score % ", ")"},
                          {"(score > (", ") ? 1 : 2)"}};
  for (const Shape& shape : shapes) {
    int accepted = 0;
    for (int depth = 1; depth <= 40; ++depth) {
      for (const char* core : {"score", "active"}) {
        for (const char* tail : {"", " == 1", " == true"}) {
          const auto out = compile(repeated(shape.open, depth) + core + repeated(shape.close, depth) + tail);
          if (!out) continue;
          ++accepted;
          const std::string statement =
              "SELECT t.id, (SELECT r.name FROM t r WHERE r.id = t.id) FROM t WHERE t.city IS NOT NULL AND "
              "((" +
              out->sql + ")) AND (t.name > $900 OR (t.name = $900 AND t.id > $901)) ORDER BY t.name LIMIT 1";
          EXPECT_NO_THROW(table.ids(statement, out->params)) << parser_symbols(out->sql) << " " << out->sql;
        }
      }
    }
    EXPECT_GE(accepted, 2) << shape.open;
  }
}

TEST_F(ExpressionSql, LongChainsAreFlat) {
  std::string text = "score == 0";
  for (int i = 1; i < 300; ++i) text += " || score == " + std::to_string(i);
  insert(1, {{"score", 299}});
  EXPECT_TRUE(finds(text));
  std::string list = "score in [0";
  for (int i = 1; i < 900; ++i) list += ", " + std::to_string(i);
  EXPECT_TRUE(finds(list + "]"));
}

TEST_F(ExpressionSql, SizeOfTheSqlGrowsWithTheText) {
  const std::string text =
      repeated("(active ? 1 : score + ", 3) + "score" + repeated(")", 3) + " * amount > price / 2";
  for (const auto dialect : {store::Dialect::kSqlite, store::Dialect::kPostgresql}) {
    const auto out = compile(text, dialect);
    ASSERT_TRUE(out.has_value()) << out.error().message;
    EXPECT_LT(out->sql.size(), 100 * text.size());
  }
}

}  // namespace
}  // namespace opsflux::expression::testing
