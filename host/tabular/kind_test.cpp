// What a file is, its content says; its name may only agree.
#include "host/tabular/testing.hpp"

namespace opsflux::tabular {
namespace {

class Kind : public TabularTest {
 protected:
  // "code claimed/found"
  std::string told(const std::string& name, std::string_view bytes) {
    const auto reader = open(name, bytes);
    if (reader) return std::string(kind_name((*reader)->info().kind));
    return reader.error().code + " " + param(reader.error(), "claimed") + "/" +
           param(reader.error(), "found");
  }
};

// The beginning of a compound file whose directory, at sector 0, names one stream.
std::string ole(std::string_view stream) {
  std::string out = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(504, '\0');
  out[30] = 9;
  for (const char c : stream) out += {c, '\0'};
  out.resize(2048);
  return out;
}

TEST_F(Kind, IsRecognisedFromTheContent) {
  EXPECT_EQ(told("upload", "a,b\n1,2\n"), "CSV");
  EXPECT_EQ(told("upload", " [ {\"a\":1}]"), "JSON");
  EXPECT_EQ(told("upload", "{\"a\":1}\n"), "NDJSON");
  EXPECT_EQ(told("list.json", "{\"a\":1}\n"), "NDJSON");
  EXPECT_EQ(told("list.TXT", "a\tb\n1\t2\n"), "CSV");
  EXPECT_EQ(told("list.csv", "[id],{name}\n1,2\n"), "CSV") << "brackets alone make no JSON";
  Workbook w;
  w.sheet = "<row><c><v>1</v></c></row>";
  EXPECT_EQ(told("upload", *read_file(workbook(w))), "XLSX");
}

TEST_F(Kind, RefusesALieNamingBoth) {
  Workbook w;
  w.sheet = "<row><c><v>1</v></c></row>";
  const std::string book = *read_file(workbook(w));
  EXPECT_EQ(told("list.csv", book), "table.wrong_kind CSV/XLSX");
  EXPECT_EQ(told("list.xlsx", "a,b\n1,2\n"), "table.wrong_kind XLSX/CSV");
  EXPECT_EQ(told("list.csv", "[{\"a\":1}]"), "table.wrong_kind CSV/JSON");
  EXPECT_EQ(told("list.json", "a,b\n"), "table.wrong_kind JSON/CSV");
  EXPECT_EQ(told("list.xlsx", "<html><table></table></html>"), "table.wrong_kind XLSX/HTML");
  EXPECT_EQ(told("list.csv", "%PDF-1.7\n"), "table.wrong_kind CSV/PDF");
  ReadOptions options;
  options.file_name = "Liste.xlsx";
  EXPECT_EQ(code_of(open("upload-123", "a,b\n1,2\n", options)), "table.wrong_kind");
}

TEST_F(Kind, NamesWhatItCannotRead) {
  EXPECT_EQ(told("x", "<?xml version=\"1.0\"?><Workbook/>"), "table.unknown_kind /XML");
  EXPECT_EQ(told("x", std::string_view("\x89PNG\r\n\x1a\n\0\0", 10)), "table.unknown_kind /PNG");
  EXPECT_EQ(told("x", std::string("\x01\x02\x03\x04\x05\x06\x07", 7)), "table.not_a_table /");
  EXPECT_EQ(told("x", *read_file(pack({{"a.txt", "x"}}, "a.zip"))), "table.unknown_kind /ZIP");
  EXPECT_EQ(
      told("x", *read_file(pack({{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}}, "a.ods"))),
      "table.unknown_kind /ODS");
  EXPECT_EQ(told("x", *read_file(pack({{"xl/workbook.bin", "x"}}, "a.xlsb"))), "table.unknown_kind /XLSB");
  EXPECT_EQ(code_of(open_table(folder / "missing.csv")), "file.missing");
}

TEST_F(Kind, SaysWhatToDoWithOldAndProtectedWorkbooks) {
  EXPECT_EQ(told("list.xls", ole("Workbook")), "table.old_excel /");
  EXPECT_EQ(told("list.xlsx", ole("EncryptedPackage")), "table.password /");
  EXPECT_EQ(told("list.doc", ole("WordDocument")), "table.unknown_kind /DOC");
}

}  // namespace
}  // namespace opsflux::tabular
