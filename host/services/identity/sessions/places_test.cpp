#include "host/services/identity/sessions/places.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "host/base/text.hpp"
#include "host/services/identity/sessions/test_mmdb.hpp"

namespace opsflux::identity {
namespace {

namespace fs = std::filesystem;

class PlacesTest : public ::testing::Test {
 protected:
  PlacesTest() : folder_(fs::temp_directory_path() / ("opsflux-places-" + to_hex(random_bytes(6)))) {
    fs::create_directories(folder_ / "tmp");
  }
  ~PlacesTest() override { fs::remove_all(folder_); }
  fs::path write(const std::string& bytes) const {
    std::ofstream(folder_ / "places.mmdb", std::ios::binary | std::ios::trunc) << bytes;
    return folder_ / "places.mmdb";
  }
  static std::string world() {
    test::MmdbWriter writer;
    writer.add("192.0.2.0/24", {{"en", "Lyons"}, {"fr", "Lyon"}}, {{"en", "France"}, {"fr", "France"}});
    writer.add("198.51.100.0/24", {}, {{"en", "Brazil"}, {"fr", "Brésil"}, {"pt-BR", "Brasil"}});
    writer.add("2001:db8::/32", {{"en", "Porto"}}, {{"en", "Portugal"}});
    return writer.bytes();
  }
  const fs::path folder_;
};

TEST_F(PlacesTest, AreToldInTheReadersLanguageElseInEnglish) {
  const auto places = Places::open(write(world()), folder_ / "tmp");
  ASSERT_TRUE(places) << describe(places.error());
  EXPECT_EQ((*places)->of("192.0.2.7", "fr"), "Lyon, France");
  EXPECT_EQ((*places)->of("192.0.2.7", "es"), "Lyons, France");
  EXPECT_EQ((*places)->of("::ffff:192.0.2.7", "en"), "Lyons, France");
  EXPECT_EQ((*places)->of("198.51.100.1", "pt"), "Brasil");
  EXPECT_EQ((*places)->of("2001:db8::1", "en"), "Porto, Portugal");
  for (const char* unknown : {"203.0.113.1", "2001:db9::1", "", "nonsense", "127.0.0.1"})
    EXPECT_EQ((*places)->of(unknown, "en"), "") << unknown;
}

TEST_F(PlacesTest, GoOnWhenTheFileIsOverwrittenUnderneath) {
  const fs::path file = write(world());
  const auto places = Places::open(file, folder_ / "tmp");
  ASSERT_TRUE(places);
  write("");
  EXPECT_EQ((*places)->of("192.0.2.7", "en"), "Lyons, France");
  EXPECT_TRUE(fs::is_empty(folder_ / "tmp"));
}

TEST_F(PlacesTest, AFileThatIsNoneIsAnErrorThatNamesIt) {
  const std::string whole = world();
  for (const std::string& bytes :
       {std::string(), std::string("nonsense"), whole.substr(whole.size() / 2 + 100)}) {
    const auto places = Places::open(write(bytes), folder_ / "tmp");
    if (places) {  // what looks like one is asked nothing that would end the process
      EXPECT_EQ((*places)->of("192.0.2.7", "en"), "");
      continue;
    }
    EXPECT_EQ(places.error().code, "identity.places_file_bad");
    EXPECT_NE(places.error().message.find("places.mmdb"), std::string::npos);
  }
  EXPECT_FALSE(Places::open(folder_ / "missing.mmdb", folder_ / "tmp"));
}

}  // namespace
}  // namespace opsflux::identity
