// Files that were damaged at random, always the same ones: readers answer with rows or an error, within their
// limits, and never with anything else.
#include <random>

#include "host/tabular/testing.hpp"

namespace opsflux::tabular {
namespace {

class Mutation : public TabularTest {
 protected:
  // Deletes, repeats, overwrites and inserts a few pieces.
  std::string mutate(std::string bytes, std::string_view tokens_at) {
    const auto below = [&](std::size_t limit) {
      return static_cast<std::size_t>(random() % std::max<std::size_t>(limit, 1));
    };
    static const std::vector<std::string> tokens = {"\"",
                                                    ",",
                                                    ";",
                                                    "\r",
                                                    "\n",
                                                    "<",
                                                    ">",
                                                    "&",
                                                    "/>",
                                                    "</row>",
                                                    "<c>",
                                                    "{",
                                                    "}",
                                                    "[",
                                                    "]",
                                                    "\\u",
                                                    std::string(1, '\0'),
                                                    "\xFF",
                                                    "\xC3",
                                                    "-",
                                                    "1e9",
                                                    "999999999",
                                                    "<!DOCTYPE x>",
                                                    "]]>",
                                                    "r=\"A1\"",
                                                    "t=\"s\"",
                                                    "PK\3\4",
                                                    "PK\5\6"};
    for (std::size_t rounds = 1 + below(4); rounds > 0; --rounds) {
      const std::size_t at = below(bytes.size()), length = std::min(below(20) + 1, bytes.size() - at);
      switch (below(5)) {
        case 0:
          bytes.erase(at, length);
          break;
        case 1:
          bytes.insert(at, bytes.substr(at, length));
          break;
        case 2:
          if (!bytes.empty()) bytes[at] = static_cast<char>(random());
          break;
        case 3:
          bytes.insert(at, tokens[below(tokens.size())]);
          break;
        default:
          if (!tokens_at.empty()) bytes.insert(at, tokens_at.substr(below(tokens_at.size()), below(30)));
      }
    }
    return bytes;
  }

  // Reads to the end; counts how it ended.
  void read_all(const std::string& name, std::string_view bytes) {
    ReadOptions options;
    options.limits.max_cell_bytes = 1 << 16;
    options.limits.max_rows = 10'000;
    options.fill_merged = true;
    auto reader = open(name, bytes, options);
    if (!reader) {
      EXPECT_FALSE(reader.error().code.empty());
      ++refused;
      return;
    }
    ASSERT_LE((*reader)->headers().size(), options.limits.max_columns);
    for (int errors = 0; errors < 1000;) {
      auto row = (*reader)->next();
      if (!row) {
        EXPECT_FALSE(row.error().message.empty());
        if (row.error().code != "table.ragged_row") break;
        ++errors;
        continue;
      }
      if (!*row) break;
      ASSERT_EQ((*row)->cells.size(), (*reader)->headers().size());
      for (const Cell& cell : (*row)->cells)
        if (const auto* value = std::get_if<std::string>(&cell)) {
          ASSERT_TRUE(is_utf8(*value) && !has_nul(*value));
        }
    }
    ++opened;
  }

  std::mt19937_64 random{20'240'229};
  int opened = 0, refused = 0;
};

TEST_F(Mutation, OfCsv) {
  const std::string text =
      "\xEF\xBB\xBFname;amount;note\r\n\"Ann \"\"x\"\"\";1,5;\"two\r\nlines\"\r\nBob;2;\r\nÉve;3;x\r\n";
  for (int i = 0; i < 4000; ++i) read_all("upload", mutate(text, text));
  EXPECT_GT(opened, 500);
  EXPECT_GT(refused, 100);
}

TEST_F(Mutation, OfJson) {
  const std::string text =
      "{\"total\": 2, \"data\": [{\"a\": \"x\\u00e9\", \"b\": [1, {\"c\": 2.50}]},\n {\"a\": -1e3, \"d\": "
      "true}]}";
  for (int i = 0; i < 4000; ++i) read_all("upload", mutate(text, text));
  EXPECT_GT(opened, 200);
  EXPECT_GT(refused, 500);
}

TEST_F(Mutation, OfTheArchiveOfAWorkbook) {
  Workbook w;
  w.strings = "<si><t>name</t></si><si><t>Ann</t></si>";
  w.sheet =
      "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"2\"><c r=\"A2\" "
      "t=\"s\"><v>1</v></c></row>";
  const std::string whole = *read_file(workbook(w));
  for (int i = 0; i < 3000; ++i) read_all("upload", mutate(whole, whole));
  EXPECT_GT(opened, 50);
  EXPECT_GT(refused, 500);
}

// The parts are damaged and packed well, so that the readers behind the archive are reached.
TEST_F(Mutation, OfThePartsOfAWorkbook) {
  const std::string ns = "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
  const std::string rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const std::map<std::string, std::string> parts = {
      {"[Content_Types].xml", "<Types/>"},
      {"_rels/.rels", "<Relationships><Relationship Id=\"a\" Type=\"" + rel +
                          "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
      {"xl/workbook.xml",
       "<workbook " + ns + "><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"b\"/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"b\" Type=\"" + rel +
                                         "/worksheet\" Target=\"s.xml\"/><Relationship Id=\"c\" Type=\"" +
                                         rel + "/styles\" Target=\"y.xml\"/><Relationship Id=\"d\" Type=\"" +
                                         rel + "/sharedStrings\" Target=\"t.xml\"/></Relationships>"},
      {"xl/y.xml",
       "<styleSheet><numFmts><numFmt numFmtId=\"164\" "
       "formatCode=\"[h]:mm;dd\\/mm&quot;x&quot;\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf "
       "numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"},
      {"xl/t.xml", "<sst><si><t>name</t></si><si><r><t>A_x000A_</t></r><rPh><t>q</t></rPh></si></sst>"},
      {"xl/s.xml",
       "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" "
       "t=\"str\"><v>b</v></c></row>"
       "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>45351.5</v></c><c r=\"B2\" "
       "t=\"inlineStr\"><is><t>x</t></is></c></row>"
       "<row r=\"4\"><c r=\"A4\" s=\"2\"><v>60.25</v></c><c r=\"B4\" "
       "t=\"b\"><v>1</v></c></row></sheetData><mergeCells><mergeCell "
       "ref=\"A2:A4\"/></mergeCells></worksheet>"}};
  std::vector<std::string> names;
  for (const auto& [name, text] : parts)
    if (name != "[Content_Types].xml") names.push_back(name);
  // One run of Python packs a folder of damaged parts each into a workbook of its own.
  constexpr int kBooks = 1500;
  for (int i = 0; i < kBooks; ++i) {
    const std::string& name = i % 2 == 0 ? "xl/s.xml" : names[random() % names.size()];
    file("damaged/" + std::to_string(i), name + "\n" + mutate(parts.at(name), parts.at("xl/s.xml")));
  }
  for (const auto& [name, text] : parts) file("whole/" + name, text);
  const auto script = file("pack.py", R"py(
import os, sys, zipfile
folder, count = sys.argv[1], int(sys.argv[2])
whole = {}
for at, _, files in os.walk(folder + '/whole'):
    for f in files:
        p = os.path.join(at, f)
        whole[os.path.relpath(p, folder + '/whole')] = open(p, 'rb').read()
for i in range(count):
    name, text = open(f'{folder}/damaged/{i}', 'rb').read().split(b'\n', 1)
    with zipfile.ZipFile(f'{folder}/{i}.xlsx', 'w', zipfile.ZIP_DEFLATED) as book:
        for part, content in {**whole, name.decode(): text}.items():
            book.writestr(part, content)
)py");
  run("python3 '" + script.string() + "' '" + folder.string() + "' " + std::to_string(kBooks));
  for (int i = 0; i < kBooks; ++i) read_all("book.xlsx", *read_file(folder / (std::to_string(i) + ".xlsx")));
  EXPECT_GT(opened, 40);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace opsflux::tabular
