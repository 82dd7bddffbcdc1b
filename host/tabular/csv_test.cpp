#include "host/tabular/csv_cell.hpp"
#include "host/tabular/testing.hpp"

namespace opsflux::tabular {
namespace {

using Rows = std::vector<std::string>;
using Names = std::vector<std::string>;

class Csv : public TabularTest {
 protected:
  Rows rows(std::string_view bytes, ReadOptions options = {}) {
    auto reader = open("t.csv", bytes, std::move(options));
    if (!reader) return {reader.error().code + " " + param(reader.error(), "line")};
    headers = (*reader)->headers();
    info = (*reader)->info();
    return rows_of(**reader);
  }
  Names headers;
  TableInfo info;
};

std::string utf16(std::string_view ascii_or_e_acute, bool little) {
  std::string out = little ? "\xFF\xFE" : "\xFE\xFF";
  const auto unit = [&](unsigned c) {
    const char low = static_cast<char>(c & 0xff), high = static_cast<char>(c >> 8);
    out += little ? std::string{low, high} : std::string{high, low};
  };
  for (const char c : ascii_or_e_acute) {
    if (c == '#') {  // 𝄞, a surrogate pair
      unit(0xd834);
      unit(0xdd1e);
    } else {
      unit(c == '@' ? 0xe9U : static_cast<unsigned char>(c));
    }
  }
  return out;
}

TEST_F(Csv, ReadsWhatTheRfcSaysInEachLineEnd) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const std::string text =
        "name,note" + end + "Ann,\"a, \"\"b\"\"\"" + end + end + "Bob," + end + ",\"\"" + end + "Eve,x";
    EXPECT_EQ(rows(text), (Rows{"2: 'Ann' | 'a, \"b\"'", "4: 'Bob' | -", "6: 'Eve' | 'x'"})) << to_hex(end);
    EXPECT_EQ(headers, (Names{"name", "note"}));
  }
}

TEST_F(Csv, KeepsLineBreaksAndSpacesAndCountsTheLinesInQuotes) {
  EXPECT_EQ(rows("a;b\r\n\"one\r\ntwo\nthree\";  x \r\n1\"5;y\r\n"),
            (Rows{"2: 'one\r\ntwo\nthree' | '  x '", "5: '1\"5' | 'y'"}));
}

TEST_F(Csv, GuessesTheSeparatorAndMindsQuotes) {
  rows("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n");
  EXPECT_EQ(info.separator, ';');
  rows("a\tb\n\"x;y;z\"\t\"u;v;w\"\n");
  EXPECT_EQ(info.separator, '\t');
  rows("a|b\n1|2\n");
  EXPECT_EQ(info.separator, '|');
  rows("name,\"a;b;c;d\"\nx,y\n");
  EXPECT_EQ(info.separator, ',');
  EXPECT_EQ(rows("only\none\ntwo\n"), (Rows{"2: 'one'", "3: 'two'"}));
}

TEST_F(Csv, ObeysTheSepLineAndTheCallerMore) {
  EXPECT_EQ(rows("sep=;\r\na;b\r\n1,2;3\r\n"), (Rows{"3: '1,2' | '3'"}));
  ReadOptions options;
  options.separator = ',';
  EXPECT_EQ(rows("a;b,c\n1;2,3\n", options), (Rows{"2: '1;2' | '3'"}));
  options.separator = 'x';
  EXPECT_EQ(rows("a\n", options), (Rows{"table.bad_separator "}));
}

TEST_F(Csv, TellsWhereAQuoteBeganThatNeverEnds) {
  EXPECT_EQ(rows("sep=,\na,b\n1,2\n3,\"open\n4,5\n6,7\n"), (Rows{"3: '1' | '2'", "table.open_quote 4"}));
  EXPECT_EQ(rows("a,b\n\"x\"y,2\n"), (Rows{"table.text_after_quote 2"}));
}

TEST_F(Csv, TellsRaggedRowsAndGoesOn) {
  EXPECT_EQ(rows("a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n"),
            (Rows{"table.ragged_row 2", "3: '1' | '2' | '3'", "table.ragged_row 4", "5: '1' | '2' | '3'"}));
  ReadOptions options;
  options.pad_short_rows = true;
  EXPECT_EQ(rows("a,b,c\n1,2\n1,2,3,4\n", options), (Rows{"2: '1' | '2' | -", "table.ragged_row 3"}));
}

TEST_F(Csv, RefusesHeadersThatNameNothingOrTwice) {
  auto twice = open("t.csv", "id,name, id \n1,2,3\n");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, "table.duplicate_header");
  EXPECT_EQ(param(twice.error(), "first") + param(twice.error(), "second"), "AC");
  auto empty = open("t.csv", "id,,name\n1,2,3\n");
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, "table.empty_header");
  EXPECT_EQ(param(empty.error(), "column"), "B");
  EXPECT_EQ(code_of(open("t.csv", "")), "table.no_header");
  EXPECT_EQ(code_of(open("t.csv", "\n\n;;\n")), "table.no_header");
  EXPECT_EQ(rows("id,name,,\n1,2,,\n"), (Rows{"2: '1' | '2'"})) << "separators at the end are no columns";
}

TEST_F(Csv, ReadsATableWithoutHeaders) {
  ReadOptions options;
  options.has_header = false;
  EXPECT_EQ(rows("1,2\n3,4\n", options), (Rows{"1: '1' | '2'", "2: '3' | '4'"}));
  EXPECT_EQ(headers, (Names{"A", "B"}));
}

TEST_F(Csv, ReadsEachEncodingAndSaysWhichItAssumed) {
  EXPECT_EQ(rows("\xEF\xBB\xBFnom\nCaf\xC3\xA9\n"), (Rows{"2: 'Café'"}));
  EXPECT_EQ(headers, Names{"nom"});
  EXPECT_FALSE(info.encoding_assumed);
  for (const bool little : {true, false}) {
    EXPECT_EQ(rows(utf16("nom,n\nCaf@ #,1\n", little)), (Rows{"2: 'Café \xF0\x9D\x84\x9E' | '1'"}));
    EXPECT_EQ(info.encoding, little ? Encoding::kUtf16Le : Encoding::kUtf16Be);
  }
  EXPECT_EQ(rows("nom\nCaf\xE9 \x80 \x9C\n"), (Rows{"2: 'Café € œ'"}));
  EXPECT_EQ(info.encoding, Encoding::kWindows1252);
  EXPECT_TRUE(info.encoding_assumed);
}

TEST_F(Csv, FindsBytesOfAnotherEncodingLateInTheFile) {
  std::string text = "nom\n";
  while (text.size() < 200'000) text += "\xC3\xA9t\xC3\xA9\n";
  auto whole = open("t.csv", text);
  ASSERT_TRUE(whole);
  EXPECT_EQ((*whole)->info().encoding, Encoding::kUtf8);
  for (const std::string& row : rows_of(**whole)) ASSERT_TRUE(row.ends_with(": 'été'")) << row;
  auto mixed = open("t.csv", text + "caf\xE9\n");
  ASSERT_TRUE(mixed);
  EXPECT_EQ((*mixed)->info().encoding, Encoding::kWindows1252);
}

TEST_F(Csv, RefusesBytesThatAreNotInTheGivenEncoding) {
  ReadOptions options;
  options.encoding = Encoding::kUtf8;
  EXPECT_EQ(rows("nom\nok\nCaf\xE9\n", options), (Rows{"table.bad_text 3"}));
  EXPECT_EQ(rows("nom\nok\n\x81\xE9\n"), (Rows{"table.bad_text 3"})) << "0x81 is nothing in Windows-1252";
  std::string odd = utf16("a\nb", true) + "x";
  EXPECT_EQ(rows(odd), (Rows{"table.bad_text 2"}));
  EXPECT_EQ(rows(std::string("\xFF\xFE\x00\xDC", 4)), (Rows{"table.bad_text 1"})) << "half a surrogate pair";
  options.encoding = Encoding::kUtf16Le;
  EXPECT_EQ(rows(utf16("a\nb\n", true).substr(2), options), (Rows{"2: 'b'"}));
}

TEST_F(Csv, RefusesNulBytesNamingTheLine) {
  EXPECT_EQ(rows(std::string_view("a,b\n1,2\n3\0,4\n", 13)), (Rows{"table.nul_byte 3"}));
}

TEST_F(Csv, KeepsItsLimits) {
  ReadOptions options;
  options.limits.max_columns = 3;
  EXPECT_EQ(rows("a,b,c,d\n", options), (Rows{"table.too_many_columns 1"}));
  EXPECT_EQ(rows("a,b\n" + std::string(5000, ',') + "\n", options), (Rows{"table.too_many_columns 2"}));
  options = {};
  options.limits.max_cell_bytes = 10;
  EXPECT_EQ(rows("a,b\n1234567890,2\n12345678901,2\n", options),
            (Rows{"2: '1234567890' | '2'", "table.cell_too_large 3"}));
  options = {};
  options.limits.max_rows = 2;
  EXPECT_EQ(rows("a\n1\n\n2\n3\n", options), (Rows{"2: '1'", "4: '2'", "table.too_many_rows"}));
  options = {};
  options.limits.max_file_bytes = 5;
  EXPECT_EQ(code_of(open("t.csv", "a\n1\n2\n", options)), "table.file_too_large");
  options = {};
  options.limits.max_record_bytes = 100;
  EXPECT_EQ(rows("a,b\n" + std::string(60, 'x') + "," + std::string(60, 'y'), options),
            (Rows{"table.row_too_large 2"}));
}

TEST_F(Csv, GivesALastingErrorAgain) {
  auto reader = open("t.csv", "a\n\"x");
  ASSERT_TRUE(reader);
  for (int i = 0; i < 3; ++i) {
    auto row = (*reader)->next();
    ASSERT_FALSE(row);
    EXPECT_EQ(row.error().code, "table.open_quote");
  }
}

TEST_F(Csv, ReadsTheSameAcrossThePiecesOfTheFile) {
  // Quotes, line ends and characters of several bytes at each place around the end of a 64 KiB piece.
  for (std::size_t shift = 0; shift < 12; ++shift) {
    std::string text = "a;b\r\n" + std::string(65536 - 5 - shift - 3, 'x') + ";y\r\n";
    text += "\"é\"\"\r\n\";\"€\"\r\n";
    const auto got = rows(text);
    ASSERT_EQ(got.size(), 2u) << shift;
    EXPECT_EQ(got[1], "3: 'é\"\r\n' | '€'") << shift;
  }
}

TEST(CsvCell, IsQuotedWhereItHasToBeAndNeverAFormula) {
  const auto cell = [](std::string_view text, bool safe = true) {
    std::string out;
    append_csv_cell(out, text, ';', safe);
    return out;
  };
  EXPECT_EQ(cell("a,b"), "a,b");
  EXPECT_EQ(cell("a;b"), "\"a;b\"");
  EXPECT_EQ(cell("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(cell("=1+1"), "'=1+1");
  EXPECT_EQ(cell("-5", false), "-5");
  EXPECT_EQ(cell("@a\n"), "\"'@a\n\"");
}

}  // namespace
}  // namespace opsflux::tabular
