#include "host/store/sql_lexer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace opsflux::store {

using testing::ElementsAre;

TEST(SqlLexer, SplitsAtSemicolonsOutsideQuotesAndComments) {
  EXPECT_THAT(split_sql("SELECT 1; SELECT ';' ;;\n-- a;b\nSELECT \";\"; /* ; /* ; */ ; */ SELECT $1"),
              ElementsAre("SELECT 1", "SELECT ';'", "SELECT \";\"", "SELECT $1"));
  EXPECT_THAT(split_sql("SELECT 'it''s;'; SELECT E'a\\';b'; SELECT $$;$$; SELECT $x$ ; $$ ; $x$"),
              ElementsAre("SELECT 'it''s;'", "SELECT E'a\\';b'", "SELECT $$;$$", "SELECT $x$ ; $$ ; $x$"));
  EXPECT_THAT(split_sql(" -- nothing\n ; /* */ "), ElementsAre());
  EXPECT_THAT(split_sql("SELECT 'no end; x"), ElementsAre("SELECT 'no end; x"));
}

TEST(SqlLexer, FindsTheFirstWord) {
  EXPECT_EQ(first_word(" -- x\n/* y */ SELECT 1"), "select");
  EXPECT_EQ(first_word("(SELECT 1)"), "");
  EXPECT_EQ(first_word(""), "");
}

TEST(SqlLexer, EndsOnAnyBytes) {
  for (const char* sql :
       {"'", "\"", "/*", "--", "$", "$$", "$a", "E'\\", "U&'", "\xff\xfe", "1e", "'''", "$$$", "e'\\'"}) {
    for (const auto& token : lex_sql(sql)) {
      EXPECT_LE(token.begin, token.end) << sql;
      EXPECT_LE(token.end, std::string_view(sql).size() + 1) << sql;
    }
  }
}

}  // namespace opsflux::store
