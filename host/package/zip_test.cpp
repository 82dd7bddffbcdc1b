#include <gtest/gtest.h>

#include "host/package/test_package.hpp"
#include "host/package/zip_format.hpp"
#include "host/package/zip_reader.hpp"

namespace opsflux::package {
namespace {

Result<ZipArchive> open_zip(std::string bytes, const ZipLimits& limits = {}) {
  return ZipArchive::open(ByteSource::of_bytes(std::move(bytes)), limits);
}

std::string code_of(std::string bytes, const ZipLimits& limits = {}) {
  const auto archive = open_zip(std::move(bytes), limits);
  if (!archive) return archive.error().code;
  for (const ZipEntry& entry : archive->entries())
    if (const auto content = archive->read(entry); !content) return content.error().code;
  return "ok";
}

// An archive that lies where it is told to: each field of the two headers can be set apart.
struct RawEntry {
  std::string name, content;
  std::uint16_t flags = 0, method = 0, needed = 20;
  std::uint32_t external = zip::kAttributes;
  std::string local_name = {}, extra = {}, comment = {}, local_extra = {};  // local_name empty: the name
  std::optional<std::uint32_t> local_size = {}, local_crc = {}, size = {}, offset = {};
};

std::string raw_zip(const std::vector<RawEntry>& entries, std::string_view between = "",
                    std::string_view comment = "") {
  std::string out, directory;
  for (const RawEntry& e : entries) {
    const auto offset = static_cast<std::uint32_t>(out.size());
    const auto size = static_cast<std::uint32_t>(e.content.size());
    const std::uint32_t crc = store_bytes(e.content).crc;
    const std::string local_name = e.local_name.empty() ? e.name : e.local_name;
    const auto common = [&](std::string& to, std::uint32_t a_crc, std::uint32_t a_size, std::size_t name_size,
                            std::size_t extra_size) {
      for (const std::uint32_t v : {std::uint32_t{e.needed}, std::uint32_t{e.flags}, std::uint32_t{e.method},
                                    std::uint32_t{zip::kTime}, std::uint32_t{zip::kDate}})
        zip::put16(to, v);
      zip::put32(to, a_crc);
      zip::put32(to, size);
      zip::put32(to, a_size);
      zip::put16(to, static_cast<std::uint32_t>(name_size));
      zip::put16(to, static_cast<std::uint32_t>(extra_size));
    };
    zip::put32(out, zip::kLocalSignature);
    common(out, e.local_crc.value_or(crc), e.local_size.value_or(e.size.value_or(size)), local_name.size(),
           e.local_extra.size());
    out += local_name + e.local_extra + e.content;
    zip::put32(directory, zip::kCentralSignature);
    zip::put16(directory, zip::kMadeBy);
    common(directory, crc, e.size.value_or(size), e.name.size(), e.extra.size());
    zip::put16(directory, static_cast<std::uint32_t>(e.comment.size()));
    zip::put16(directory, 0);
    zip::put16(directory, 0);
    zip::put32(directory, e.external);
    zip::put32(directory, e.offset.value_or(offset));
    directory += e.name + e.extra + e.comment;
  }
  out += between;
  const auto start = static_cast<std::uint32_t>(out.size());
  out += directory;
  zip::put32(out, zip::kEndSignature);
  zip::put32(out, 0);
  zip::put16(out, static_cast<std::uint32_t>(entries.size()));
  zip::put16(out, static_cast<std::uint32_t>(entries.size()));
  zip::put32(out, static_cast<std::uint32_t>(directory.size()));
  zip::put32(out, start);
  zip::put16(out, static_cast<std::uint32_t>(comment.size()));
  return out + std::string(comment);
}

TEST(Zip, ReadsBackWhatItWrote) {
  std::map<std::string, PackedBytes> entries;
  const std::string noise = random_bytes(100'000), lines(300'000, 'x');
  entries["a/noise"] = pack_bytes(noise);
  entries["b.txt"] = pack_bytes(lines);
  entries["empty"] = pack_bytes("");
  const std::string zip = *write_zip(entries);
  const auto archive = open_zip(zip);
  ASSERT_TRUE(archive) << describe(archive.error());
  EXPECT_TRUE(archive->sorted());
  ASSERT_EQ(archive->entries().size(), 3u);
  EXPECT_FALSE(archive->find("a/noise")->deflated);
  EXPECT_TRUE(archive->find("b.txt")->deflated);
  EXPECT_TRUE(archive->find("b.txt")->canonical);
  EXPECT_EQ(*archive->read(*archive->find("a/noise")), noise);
  EXPECT_EQ(*archive->read(*archive->find("b.txt")), lines);
  EXPECT_EQ(*archive->read(*archive->find("empty")), "");
  EXPECT_EQ(archive->find("c"), nullptr);
}

TEST(Zip, IsTheSameBytesForTheSameContent) {
  const auto make = [] {
    return *write_zip({{"a", pack_bytes(std::string(5000, 'a'))}, {"b", pack_bytes("b")}});
  };
  EXPECT_EQ(make(), make());
}

TEST(Zip, RefusesNamesThatLeadElsewhereOrDifferBetweenSystems) {
  for (const char* name : {"../a", "a/../b", "a/..", "/etc/passwd", "a//b", "./a", "a/./b", ".hidden", "a/.b",
                           "A", "a\\b", "c:a", "a b", "\xc3\xa9", "a/", "-rf", "META/other.json", "meta\n"})
    EXPECT_EQ(code_of(raw_zip({{name, "x"}})), "package.bad_name") << name;
  EXPECT_EQ(code_of(raw_zip({{std::string("a\0b", 3), "x"}})), "package.bad_name");
  EXPECT_EQ(code_of(raw_zip({{std::string(201, 'a'), "x"}})), "package.directory_mismatch");
  EXPECT_EQ(code_of(raw_zip({{std::string(201, 'a'), "x"}, {"b", "x"}})), "package.name_too_long");
  EXPECT_EQ(code_of(raw_zip({{"a/b/c/d/e/f/g/h/i", "x"}})), "package.too_deep");
  EXPECT_EQ(code_of(raw_zip({{"META/module.json", "x"}})), "ok");
}

TEST(Zip, RefusesANameTwiceAndAFileThatIsAFolder) {
  EXPECT_EQ(code_of(raw_zip({{"a", "1"}, {"a", "2"}})), "package.duplicate_name");
  EXPECT_EQ(code_of(raw_zip({{"a", "1"}, {"a/b", "2"}})), "package.duplicate_name");
  EXPECT_EQ(code_of(raw_zip({{"a/b", "1"}, {"a-b", "2"}, {"a", "3"}})), "package.duplicate_name");
}

TEST(Zip, RefusesWhatIsNoRegularFile) {
  RawEntry link{"a", "/etc/passwd"};
  link.external = 0120777u << 16;
  EXPECT_EQ(code_of(raw_zip({link})), "package.link");
  RawEntry folder{"a", ""};
  folder.external = 0040755u << 16;
  EXPECT_EQ(code_of(raw_zip({folder})), "package.special_file");
  folder.external = 0x10;
  EXPECT_EQ(code_of(raw_zip({folder})), "package.special_file");
}

TEST(Zip, RefusesFeaturesThatReadersTreatDifferently) {
  const auto with = [](auto change) {
    RawEntry entry{"a", "content"};
    change(entry);
    return code_of(raw_zip({entry}));
  };
  EXPECT_EQ(with([](RawEntry& e) { e.flags = 1; }), "package.encrypted");
  EXPECT_EQ(with([](RawEntry& e) { e.flags = 8; }), "package.data_descriptor");
  EXPECT_EQ(with([](RawEntry& e) { e.flags = 0x20; }), "package.unknown_flags");
  EXPECT_EQ(with([](RawEntry& e) { e.needed = 45; }), "package.unknown_flags");
  EXPECT_EQ(with([](RawEntry& e) { e.method = 12; }), "package.compression");
  EXPECT_EQ(with([](RawEntry& e) { e.comment = "hello"; }), "package.comment");
  EXPECT_EQ(with([](RawEntry& e) { e.extra = std::string("\1\0\0\0", 4); }), "package.extra_field");
  EXPECT_EQ(with([](RawEntry& e) { e.local_extra = std::string("\1\0\0\0", 4); }), "package.extra_field");
  EXPECT_EQ(with([](RawEntry& e) { e.size = 0xffffffff; }), "package.header_mismatch");
}

TEST(Zip, RefusesHeadersThatDisagree) {
  const auto with = [](auto change) {
    RawEntry entry{"a", "content"};
    change(entry);
    return code_of(raw_zip({entry}));
  };
  EXPECT_EQ(with([](RawEntry& e) { e.local_name = "b"; }), "package.header_mismatch");
  EXPECT_EQ(with([](RawEntry& e) { e.local_size = 3; }), "package.header_mismatch");
  EXPECT_EQ(with([](RawEntry& e) { e.local_crc = 3; }), "package.header_mismatch");
  EXPECT_EQ(with([](RawEntry& e) { e.offset = 7; }), "package.gap");
}

TEST(Zip, RefusesBytesThatBelongToNoFile) {
  const RawEntry entry{"a", "content"};
  EXPECT_EQ(code_of(raw_zip({entry}, "hidden")), "package.gap");
  EXPECT_EQ(code_of(raw_zip({entry}, "", "a comment")), "package.comment");
  EXPECT_EQ(code_of(raw_zip({entry}) + "x"), "package.trailing_data");
  EXPECT_EQ(code_of("#!/bin/sh\n" + raw_zip({entry})), "package.leading_data");
  EXPECT_EQ(code_of("hello, this is no archive at all"), "package.not_zip");
  EXPECT_EQ(code_of(""), "package.truncated");
  EXPECT_EQ(code_of(raw_zip({})), "package.empty");
}

TEST(Zip, RefusesTwoEntriesThatShareTheirBytes) {
  RawEntry second{"b", "content"};
  second.offset = 0;
  EXPECT_EQ(code_of(raw_zip({{"a", "content"}, second})), "package.gap");
}

TEST(Zip, RefusesEveryTruncation) {
  const std::string zip = *write_zip({{"a", pack_bytes(std::string(900, 'a'))}, {"b", store_bytes("bbbb")}});
  for (std::size_t size = 0; size < zip.size(); ++size) {
    const std::string code = code_of(zip.substr(0, size));
    EXPECT_EQ(code, "package.truncated") << size;
  }
}

TEST(Zip, RefusesBombs) {
  const std::string zeros(64 << 20, '\0');
  EXPECT_EQ(code_of(*write_zip({{"bomb", pack_bytes(zeros)}})), "package.bomb");
  const std::string two =
      *write_zip({{"a", store_bytes(std::string(600, 'a'))}, {"b", store_bytes(std::string(600, 'b'))}});
  ZipLimits limits;
  limits.max_entry_bytes = 500;
  EXPECT_EQ(code_of(two, limits), "package.too_large");
  limits = {};
  limits.max_total_bytes = 1000;
  EXPECT_EQ(code_of(two, limits), "package.too_large");
  limits = {};
  limits.max_file_bytes = 100;
  EXPECT_EQ(code_of(two, limits), "package.too_large");
  limits = {};
  limits.max_entries = 1;
  EXPECT_EQ(code_of(two, limits), "package.too_many_files");
}

TEST(Zip, StopsAStreamThatIsLongerThanItsHeaderSays) {
  PackedBytes packed = pack_bytes(std::string(900'000, 'a'));
  packed.size = 1000;
  EXPECT_EQ(code_of(*write_zip({{"a", packed}})), "package.damaged");
  packed = pack_bytes(std::string(1000, 'a'));
  packed.size = 1001;
  EXPECT_EQ(code_of(*write_zip({{"a", packed}})), "package.damaged");
  packed = pack_bytes(std::string(1000, 'a'));
  packed.bytes += "surplus";
  EXPECT_EQ(code_of(*write_zip({{"a", packed}})), "package.damaged");
  packed = pack_bytes(std::string(1000, 'a'));
  packed.bytes.pop_back();
  EXPECT_EQ(code_of(*write_zip({{"a", packed}})), "package.damaged");
  packed = store_bytes("abc");
  packed.crc ^= 1;
  EXPECT_EQ(code_of(*write_zip({{"a", packed}})), "package.damaged");
}

TEST(Zip, ReadsFromAFileAsFromMemory) {
  const test::TempFolder folder;
  const std::string zip = *write_zip({{"a", pack_bytes(std::string(200'000, 'a'))}});
  ASSERT_TRUE(write_file_atomic(folder.path() / "a.zip", zip));
  const auto source = ByteSource::of_file(folder.path() / "a.zip");
  ASSERT_TRUE(source);
  const auto archive = ZipArchive::open(*source);
  ASSERT_TRUE(archive);
  EXPECT_EQ(archive->read(archive->entries()[0])->size(), 200'000u);
  EXPECT_EQ(ByteSource::of_file(folder.path()).error().code, "package.not_zip");
  EXPECT_EQ(ByteSource::of_file(folder.path() / "b.zip").error().code, "file.missing");
}

}  // namespace
}  // namespace opsflux::package
