#include "host/services/identity/factors/backup_codes.hpp"

#include <gtest/gtest.h>

#include <set>

#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

PasswordOptions cheap() { return {.memory_bytes = 64 << 10, .passes = 1, .threads = 1, .max_queue = 2}; }

TEST(BackupCodes, TenDifferentOnesAreMadeAndFoundAgainHoweverTheyAreTyped) {
  const BackupCodes made = *make_backup_codes(cheap());
  EXPECT_EQ(std::set<std::string>(made.codes.begin(), made.codes.end()).size(), kBackupCodes);
  EXPECT_EQ(std::set<std::string>(made.hashes.begin(), made.hashes.end()).size(), kBackupCodes);
  for (std::size_t i = 0; i < kBackupCodes; ++i) {
    const std::string& code = made.codes[i];
    ASSERT_EQ(code.size(), 11u);
    EXPECT_EQ(code.find_first_of("01lo"), std::string::npos);
    EXPECT_EQ(*hash_backup_code(code, made.salt), made.hashes[i]);
    std::string typed = " " + code.substr(0, 5) + " " + code.substr(6);
    for (char& c : typed) c = static_cast<char>(std::toupper(c));
    EXPECT_EQ(*hash_backup_code(typed, made.salt), made.hashes[i]);
  }
}

TEST(BackupCodes, AnotherSaltGivesAnotherHashAndWhatIsNoCodeNone) {
  const BackupCodes made = *make_backup_codes(cheap()), other = *make_backup_codes(cheap());
  EXPECT_NE(*hash_backup_code(made.codes[0], other.salt), made.hashes[0]);
  for (const std::string& typed : {std::string(), made.codes[0].substr(1), made.codes[0] + "2",
                                   "0" + made.codes[0].substr(1), std::string(5'000, 'a')})
    EXPECT_EQ(*hash_backup_code(typed, made.salt), "") << typed;
}

}  // namespace
}  // namespace opsflux::identity
