#include "host/tabular/testing.hpp"

namespace opsflux::tabular {
namespace {

using Rows = std::vector<std::string>;

class JsonTable : public TabularTest {
 protected:
  Rows rows(std::string_view bytes, ReadOptions options = {}) {
    auto reader = open("t.json", bytes, std::move(options));
    if (!reader) {
      error = reader.error();
      return {error.code + " " + param(error, "line") + ":" + param(error, "column")};
    }
    headers = (*reader)->headers();
    kind = (*reader)->info().kind;
    return rows_of(**reader);
  }
  std::vector<std::string> headers;
  TableKind kind = TableKind::kCsv;
  Error error;
};

TEST_F(JsonTable, ReadsArraysWrappedArraysAndLines) {
  const Rows wanted = {"2: 'x' | 1.50 | -", "3: - | - | true"};
  EXPECT_EQ(rows("[\n {\"a\": \"x\", \"b\": 1.50},\n {\"c\": true, \"a\": null}\n]\n"), wanted);
  EXPECT_EQ(headers, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(kind, TableKind::kJson);
  EXPECT_EQ(
      rows("{\"meta\": {\"n\": [1]}, \"data\": [\n{\"a\":\"x\",\"b\":1.50},\n{\"c\":true}], \"total\": 2}"),
      wanted);
  EXPECT_EQ(rows("\n{\"a\":\"x\",\"b\":1.50}\n{\"c\":true}\n"), wanted);
  EXPECT_EQ(kind, TableKind::kNdjson);
  EXPECT_EQ(rows("{\"data\":[1,2]}\n"), (Rows{"1: '[1,2]'"})) << "a line with a list that is called data";
  EXPECT_EQ(rows("\xFF\xFE" + std::string("[\0{\0\"\0a\0\"\0:\0001\0}\0]\0", 18)), (Rows{"1: 1"}))
      << "UTF-16";
}

TEST_F(JsonTable, GivesNestedValuesAsJsonAndNumbersExactly) {
  EXPECT_EQ(rows("[{\"a\": {\"k\": [1.10, \"é\\u0041\\n\", null, {}]}, \"b\": [], \"c\": "
                 "12345678901234567890.123456789, "
                 "\"d\": 1e3, \"e\": 123456789012345678901234567890}]"),
            (Rows{"1: '{\"k\":[1.10,\"éA\\n\",null,{}]}' | '[]' | 12345678901234567890.123456789 | 1000 | "
                  "123456789012345678901234567890"}));
}

TEST_F(JsonTable, NamesLineAndColumnOfMistakes) {
  EXPECT_EQ(rows("[{\"a\": 1},\n {\"a\" 2}]"), (Rows{"table.bad_json 2:7"}));
  EXPECT_EQ(rows("[{\"a\": 1}\n {\"a\": 2}]"), (Rows{"table.bad_json 2:2"}));
  EXPECT_EQ(rows("[{\"é\": 1},\n{\"é\":\n  01}]"), (Rows{"table.bad_json 3:4"}));
  EXPECT_EQ(rows("[{\"a\": 1}] x"), (Rows{"table.bad_json 1:12"}));
  EXPECT_EQ(rows("[{\"a\": \"b}]"), (Rows{"table.bad_json 1:8"})) << "where the text began";
  EXPECT_EQ(rows("[\n{\"a\": [1}"), (Rows{"table.bad_json 2:1"}));
  EXPECT_EQ(rows("[{\"a\": 1}"), (Rows{"table.bad_json 1:10"}));
  EXPECT_EQ(rows("[{\"a\": 1e999}]"), (Rows{"table.bad_json 1:12"}));
  EXPECT_EQ(rows("[{\"a\": 1e-900000000}]"), (Rows{"table.bad_json 1:2"}));
  EXPECT_EQ(rows("[{\"a\": 1},]"), (Rows{"table.bad_json 1:11"}));
  EXPECT_EQ(rows("{\"data\": [{\"a\":1}], \"data\": []}"), (Rows{"table.bad_json 1:21"}));
  EXPECT_EQ(rows("{\"x\": tru, \"data\": [{\"a\":1}]}"), (Rows{"table.bad_json 1:7"}));
}

TEST_F(JsonTable, RefusesWhatIsNoTable) {
  EXPECT_EQ(rows("[{\"a\": 1},\n2]"), (Rows{"table.json_not_rows 2:"}));
  EXPECT_EQ(rows("[]"), (Rows{"table.no_header :"}));
  EXPECT_EQ(rows("[{\"a\": 1},\n{\"a\": \"Caf\xE9\"}]"), (Rows{"table.bad_text 2:"}));
  EXPECT_EQ(rows("[{}]"), (Rows{"table.no_header :"}));
  EXPECT_EQ(rows("[{\"a\": 1, \"a\": 2}]"), (Rows{"table.duplicate_name 1:"}));
  EXPECT_EQ(rows("[{\"a\": {\"k\": 1, \"k\": 2}}]"), (Rows{"table.duplicate_name 1:"}));
  EXPECT_EQ(rows("[{\"\": 1}]"), (Rows{"table.bad_json 1:2"}));
  EXPECT_EQ(rows("[{\"a\": \"x\\u0000y\"}]"), (Rows{"table.nul_byte 1:"}));
}

TEST_F(JsonTable, RefusesDeepNestingWithoutGoingDeep) {
  const std::string open(10'000, '['), close(10'000, ']');
  EXPECT_EQ(rows("[{\"a\":\n" + open + close + "}]"), (Rows{"table.json_too_deep 2:"}));
  std::string objects;
  for (int i = 0; i < 10'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(rows("[" + objects), (Rows{"table.json_too_deep 1:"}));
  EXPECT_EQ(rows("{\"x\":" + open + close + ",\"data\":[{\"a\":1}]}"), (Rows{"table.json_too_deep 1:"}));
  EXPECT_EQ(rows(std::string("[{\"a\":") + std::string(60, '[') + std::string(60, ']') + "}]").size(), 1u);
}

TEST_F(JsonTable, KeepsItsLimits) {
  ReadOptions options;
  options.limits.max_columns = 2;
  EXPECT_EQ(rows("[{\"a\":1,\"b\":2},{\"c\":3}]", options), (Rows{"table.too_many_columns 1:"}));
  options = {};
  options.limits.max_cell_bytes = 5;
  EXPECT_EQ(rows("[{\"a\":\"123456\"}]", options), (Rows{"table.cell_too_large 1:A"}));
  EXPECT_EQ(rows("[{\"a\":[1,2,3,4]}]", options), (Rows{"table.cell_too_large 1:A"}));
  options.limits.max_rows = 1;
  EXPECT_EQ(rows("[{\"a\":1},{\"a\":1}]", options), (Rows{"table.too_many_rows :"}));
  options.limits.max_record_bytes = 20;
  EXPECT_EQ(rows("[{\"a\":1},\n{\"a\":\"" + std::string(100, 'x'), options),
            (Rows{"table.row_too_large 2:"}));
}

}  // namespace
}  // namespace opsflux::tabular
