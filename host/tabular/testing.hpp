// A folder of its own for each test, files in it, and workbooks packed by Python's zipfile from XML written
// by hand, so that reader and writer cannot share a mistake.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "host/base/files.hpp"
#include "host/base/text.hpp"
#include "host/tabular/table_reader.hpp"

namespace opsflux::tabular {

class TabularTest : public ::testing::Test {
 protected:
  TabularTest() : folder(std::filesystem::temp_directory_path() / ("tabular-" + to_hex(random_bytes(6)))) {
    std::filesystem::create_directories(folder);
  }
  ~TabularTest() override { std::filesystem::remove_all(folder); }

  std::filesystem::path file(const std::string& name, std::string_view bytes) const {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << bytes;
    return folder / name;
  }

  Result<std::unique_ptr<TableReader>> open(const std::string& name, std::string_view bytes,
                                            ReadOptions options = {}) const {
    return open_table(file(name, bytes), std::move(options));
  }

  // The standard output of a shell command; fails the test when the command does.
  std::string run(const std::string& command) const {
    const auto out = folder / "output";
    const int code = std::system((command + " >'" + out.string() + "' 2>'" + out.string() + ".err'").c_str());
    EXPECT_EQ(code, 0) << command << ": " << read_file(out.string() + ".err").value_or("");
    return read_file(out).value_or("");
  }

  struct Workbook {
    std::string sheet;                           // the elements of <sheetData>
    std::string strings{};                       // the elements of <sst>
    std::string formats{};                       // of <numFmts>
    std::string cell_styles{};                   // of <cellXfs>
    std::string workbook_settings{};             // before <sheets>
    std::string second_sheet{};                  // of a sheet "Second"; empty: there is none
    std::map<std::string, std::string> parts{};  // further parts, or others in place of those above
  };

  std::filesystem::path workbook(const Workbook& w, const std::string& name = "book.xlsx") const {
    const std::string ns = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    const std::string rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const std::string rels =
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
    const std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    std::map<std::string, std::string> parts;
    parts["[Content_Types].xml"] = xml + "<Types/>";
    parts["_rels/.rels"] = xml + rels + "<Relationship Id=\"a\" Type=\"" + rel +
                           "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
    parts["xl/workbook.xml"] =
        xml + "<workbook " + ns + " xmlns:r=\"" + rel + "\">" + w.workbook_settings +
        "<sheets><sheet name=\"First\" sheetId=\"1\" r:id=\"rId1\"/>" +
        (w.second_sheet.empty() ? "" : "<sheet name=\"Second\" sheetId=\"7\" r:id=\"rId2\"/>") +
        "</sheets></workbook>";
    parts["xl/_rels/workbook.xml.rels"] =
        xml + rels + "<Relationship Id=\"rId1\" Type=\"" + rel +
        "/worksheet\" Target=\"worksheets/sheet1.xml\"/>" + "<Relationship Id=\"rId2\" Type=\"" + rel +
        "/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/>" + "<Relationship Id=\"rId3\" Type=\"" + rel +
        "/styles\" Target=\"styles.xml\"/>" + "<Relationship Id=\"rId4\" Type=\"" + rel +
        "/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>";
    parts["xl/styles.xml"] = xml + "<styleSheet " + ns + "><numFmts>" + w.formats +
                             "</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs>" +
                             w.cell_styles + "</cellXfs></styleSheet>";
    parts["xl/sharedStrings.xml"] = xml + "<sst " + ns + ">" + w.strings + "</sst>";
    parts["xl/worksheets/sheet1.xml"] = sheet_xml(w.sheet);
    if (!w.second_sheet.empty()) parts["xl/worksheets/sheet2.xml"] = sheet_xml(w.second_sheet);
    for (const auto& [part, text] : w.parts) parts[part] = text;
    return pack(parts, name);
  }

  static std::string sheet_xml(const std::string& rows) {
    return "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>" +
           rows + "</sheetData><mergeCells/></worksheet>";
  }

  std::filesystem::path pack(const std::map<std::string, std::string>& parts, const std::string& name) const {
    std::filesystem::remove_all(folder / "parts");
    std::filesystem::remove(folder / name);
    for (const auto& [part, text] : parts) file("parts/" + part, text);
    run("cd '" + (folder / "parts").string() + "' && python3 -m zipfile -c ../'" + name + "' *");
    return folder / name;
  }

  std::filesystem::path folder;
};

inline Cell text(std::string value) { return Cell(std::move(value)); }
inline Cell num(std::string digits) { return Cell(Number{std::move(digits)}); }

inline std::string shown(const Cell& cell) {
  if (const auto* t = std::get_if<std::string>(&cell)) return "'" + *t + "'";
  if (const auto* n = std::get_if<Number>(&cell)) return n->digits;
  if (const auto* b = std::get_if<bool>(&cell)) return *b ? "true" : "false";
  if (const auto* d = std::get_if<Date>(&cell)) return to_iso(*d);
  if (const auto* d = std::get_if<DateTime>(&cell)) return to_iso(*d);
  if (const auto* e = std::get_if<CellError>(&cell)) return "!" + e->text;
  return "-";
}

// "2: 'a' | 1.5 | -" for each row, an error as its code and line.
inline std::vector<std::string> rows_of(TableReader& reader) {
  std::vector<std::string> out;
  for (int errors = 0; errors < 10;) {
    auto row = reader.next();
    if (!row) {
      const auto& params = row.error().params;
      std::string line;
      for (const auto& [key, value] : params)
        if (key == "line") line = " " + value;
      out.push_back(row.error().code + line);
      if (row.error().code != "table.ragged_row") break;
      ++errors;
      continue;
    }
    if (!*row) break;
    std::vector<std::string> cells;
    for (const Cell& cell : (*row)->cells) cells.push_back(shown(cell));
    out.push_back(std::to_string((*row)->number) + ": " + join(cells, " | "));
  }
  return out;
}

inline std::string code_of(const Result<std::unique_ptr<TableReader>>& opened) {
  return opened ? "opened" : opened.error().code;
}
inline std::string param(const Error& error, std::string_view key) {
  for (const auto& [name, value] : error.params)
    if (name == key) return value;
  return "";
}

}  // namespace opsflux::tabular
