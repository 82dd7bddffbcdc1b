#include "host/entities/media_type.hpp"

#include <gtest/gtest.h>

#include "host/base/files.hpp"
#include "host/base/text.hpp"
#include "host/entities/file_name.hpp"
#include "host/entities/image_size.hpp"

namespace opsflux::entities {
namespace {

using namespace std::string_literals;
namespace fs = std::filesystem;

class MediaTypeTest : public ::testing::Test {
 protected:
  MediaTypeTest() : path_(fs::temp_directory_path() / ("opsflux-type-" + to_hex(random_bytes(6)))) {}
  ~MediaTypeTest() override { fs::remove(path_); }

  Sniffed looked_at(std::string_view content) {
    EXPECT_TRUE(write_file_atomic(path_, content));
    return sniff_media_type(path_).value_or(Sniffed{"error"});
  }
  std::string sniff(std::string_view content) { return looked_at(content).type; }
  // The type of a file with that content, or the error's code.
  std::string type(std::string_view name, std::string_view content, std::string_view declared = "") {
    auto out = media_type_of(name, declared, looked_at(content));
    return out ? *out : out.error().code;
  }
  const fs::path path_;
};

const std::string kPng = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x06\0\0\0"s;
const std::string kGif = "GIF89a\x40\0\x30\0\x80\0\0\0\0\0"s;
const std::string kZip =
    "PK\x03\x04\x14\0\0\0\0\0\0\0\x21\\\xb7\xef\xdc\x83\x01\0\0\0\x01\0\0\0\x05\0\0\0"s
    "a.txt1PK\x01\x02\x14\x03\x14\0\0\0\0\0\0\0\x21\\\xb7\xef\xdc\x83\x01\0\0\0\x01\0\0\0\x05\0\0\0"s
    "\0\0\0\0\0\0\0\0\0\0\x80\x01\0\0\0\0a.txtPK\x05\x06\0\0\0\0\x01\0\x01\0\x33\0\0\0\x24\0\0\0\0\0"s;
const std::string kOle = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"s + std::string(1'000, '\0');

TEST_F(MediaTypeTest, ComesFromTheBytes) {
  EXPECT_EQ(sniff(kPng), "image/png");
  EXPECT_EQ(sniff(kGif), "image/gif");
  EXPECT_EQ(sniff("%PDF-1.7\n"), "application/pdf");
  EXPECT_EQ(sniff("Good day\n"), "text/plain");
  EXPECT_EQ(sniff("p"), "text/plain");
  EXPECT_FALSE(looked_at("a\x01").text);
  EXPECT_TRUE(looked_at(std::string((256 << 10) - 1, 'a') + "\u00E9").text)
      << "cut in two where we look no further";
  EXPECT_EQ(sniff(std::string(100, '\0')), "application/octet-stream");
}

TEST_F(MediaTypeTest, TheEndingDecidesWhatBytesLeaveOpen) {
  EXPECT_EQ(type("a.csv", "a,b\n1,2\n"), "text/csv");
  EXPECT_EQ(type("a.md", "# Title\n\n<h1>yes</h1>\n"), "text/markdown");
  EXPECT_EQ(type("a.json", "{\"a\": 1}"), "application/json");
  EXPECT_EQ(type("a.txt", "%!PS-Adobe, as one says"), "text/plain");
  EXPECT_EQ(type("a.csv", "\xE9t\xE9;1\n"), "text/csv") << "Latin-1";
  EXPECT_EQ(type("a.DOCX", kZip), "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  EXPECT_EQ(type("a.xls", kOle), "application/vnd.ms-excel");
  EXPECT_EQ(type("a.zip", kZip), "application/zip");
  EXPECT_EQ(type("a.unheard-of", kPng), "image/png");
  EXPECT_EQ(type("no_ending", "%PDF-1.7\n"), "application/pdf");
}

TEST_F(MediaTypeTest, RefusesContentThatIsNotWhatTheEndingSays) {
  for (const auto& [name, content] :
       {std::pair<std::string, std::string>{"a.png", "<html><body onload=alert(1)>"},
        {"a.png", kGif},
        {"a.jpg", "MZ\x90\0\x03"s},
        {"a.pdf", "%!PS-Adobe"},
        {"a.txt", kPng},
        {"a.csv", kZip},
        {"a.docx", "%PDF-1.7\n"},
        {"a.xls", "text"},
        {"a.svg", kPng},
        {"a.mp4", "text"},
        {"a.zip", "Rar!\x1a\x07"}})
    EXPECT_EQ(type(name, content), "file.wrong_content") << name;
}

TEST_F(MediaTypeTest, RefusesContentThatIsNotWhatWasDeclared) {
  EXPECT_EQ(type("a", "<html>", "image/png"), "file.wrong_content");
  EXPECT_EQ(type("a", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "image/png"), "file.wrong_content");
  EXPECT_EQ(type("a", "text", "application/pdf"), "file.wrong_content");
  EXPECT_EQ(type("a", kPng, "text/html; charset=utf-8"), "file.wrong_content");
  EXPECT_EQ(type("a", kPng, "video/mp4"), "file.wrong_content");
  EXPECT_EQ(type("a", kPng, "IMAGE/PNG"), "image/png");
  EXPECT_EQ(type("a.csv", "a;b\n", "application/vnd.ms-excel"), "text/csv");
  EXPECT_EQ(type("a.png", kPng, "application/octet-stream"), "image/png");
}

TEST_F(MediaTypeTest, ListsNameTypesAndKinds) {
  EXPECT_TRUE(accepts({}, "text/plain"));
  EXPECT_TRUE(accepts({"image/*", "text/plain"}, "text/plain"));
  EXPECT_TRUE(accepts({"image/*"}, "image/png"));
  EXPECT_FALSE(accepts({"image/*"}, "imagery/png"));
  EXPECT_FALSE(accepts({"text/plain"}, "text/plainer"));
}

TEST_F(MediaTypeTest, OnlyPlainPicturesAndPdfAreOpened) {
  EXPECT_TRUE(may_open_inline("image/png"));
  EXPECT_TRUE(may_open_inline("application/pdf"));
  for (const char* type : {"image/svg+xml", "text/html", "text/plain", "application/xml", "text/javascript",
                           "application/octet-stream", "image/tiff"})
    EXPECT_FALSE(may_open_inline(type)) << type;
}

TEST(FileName, IsTheLastPartOfAPath) {
  EXPECT_EQ(clean_file_name("report.pdf"), "report.pdf");
  EXPECT_EQ(clean_file_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(clean_file_name("C:\\Users\\ada\\me.png"), "me.png");
  EXPECT_EQ(clean_file_name("a/"), "");
  EXPECT_EQ(clean_file_name(".."), "");
  EXPECT_EQ(clean_file_name(" . . "), "");
  EXPECT_EQ(clean_file_name(".htaccess"), ".htaccess");
}

TEST(FileName, HasNothingThatIsNotSeen) {
  EXPECT_EQ(clean_file_name("a\tb\r\n\x7f\x01.txt"), "ab.txt");
  EXPECT_EQ(clean_file_name("photo\u202Egnp.exe"), "photognp.exe");
  EXPECT_EQ(clean_file_name("\u2066a\u2069\uFEFF\u200E.txt"), "a.txt");
  EXPECT_EQ(clean_file_name("r\u00E9sum\u00E9 \u5831\u544A \U0001F600.pdf"),
            "r\u00E9sum\u00E9 \u5831\u544A \U0001F600.pdf");
}

TEST(FileName, IsCutBeforeItsEnding) {
  std::string longest;
  for (int i = 0; i < 300; ++i) longest += "\u00E9";
  const std::string cut = clean_file_name(longest + ".pdf");
  EXPECT_EQ(utf8_length(cut), kMaxFileName);
  EXPECT_TRUE(cut.ends_with("\u00E9.pdf"));
  EXPECT_TRUE(is_utf8(cut));
  EXPECT_EQ(utf8_length(clean_file_name(longest)), kMaxFileName);
}

TEST(ImageSize, IsReadFromTheHead) {
  EXPECT_EQ(image_size(kPng)->width, 640);
  EXPECT_EQ(image_size(kPng)->height, 480);
  EXPECT_EQ(image_size(kGif)->width, 64);
  EXPECT_EQ(image_size(kGif)->height, 48);
  const std::string jpeg =
      "\xff\xd8\xff\xe0\0\x04JF\xff\xff\xdb\0\x03q\xff\xc2\0\x0b\x08\x01\xe0\x02\x80\x01"s;
  ASSERT_TRUE(image_size(jpeg));
  EXPECT_EQ(image_size(jpeg)->width, 640);
  EXPECT_EQ(image_size(jpeg)->height, 480);
  const std::string webp = "RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0"s;
  ASSERT_TRUE(image_size(webp));
  EXPECT_EQ(image_size(webp)->width, 640);
  EXPECT_EQ(image_size(webp)->height, 480);
}

// Whatever is cut off or changed is no picture, or one of some size, and nothing is read beyond its end.
TEST(ImageSize, TakesAnyBytes) {
  const std::string jpeg = "\xff\xd8\xff\xe0\0\x04JF\xff\xc0\0\x0b\x08\x01\xe0\x02\x80\x01"s;
  for (const std::string& whole : {kPng, kGif, jpeg})
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const std::vector<char> exact(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      (void)image_size({exact.data(), exact.size()});
    }
  EXPECT_FALSE(image_size("\xff\xd8\xff\xe0\0\0"s + std::string(20, 'x'))) << "a segment of no length";
  EXPECT_FALSE(image_size("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0"s)) << "nothing to see";
  EXPECT_FALSE(image_size(""));
}

}  // namespace
}  // namespace opsflux::entities
