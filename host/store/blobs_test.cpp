#include "host/store/blobs.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "host/base/text.hpp"

namespace opsflux::store {
namespace {
namespace fs = std::filesystem;

constexpr UtcNs kDay = UtcNs{24} * 3'600 * 1'000'000'000;
constexpr const char* kSteps[] = {"create", "write", "sync", "rename", "sync folder"};
// Of nothing and of "abc", by `b2sum -l 256`.
constexpr std::string_view kHashOfNothing =
    "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8";
constexpr std::string_view kHashOfAbc = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319";

class SetClock final : public Clock {
 public:
  UtcNs now() const override { return now_; }
  std::chrono::steady_clock::time_point steady() const override { return std::chrono::steady_clock::now(); }
  UtcNs now_ = *parse_utc("2026-11-21T07:00:00Z");
};

class BlobsTest : public ::testing::Test {
 protected:
  BlobsTest() : folder_(fs::temp_directory_path() / ("opsflux-blobs-" + to_hex(random_bytes(6)))) {
    fs::create_directories(folder_);
    blobs_ = std::move(*FolderBlobs::open(folder_ / "blobs", clock_));
  }
  ~BlobsTest() override { fs::remove_all(folder_); }

  fs::path source(std::string_view content) {
    const fs::path path = folder_ / ("source-" + to_hex(random_bytes(6)));
    EXPECT_TRUE(write_file_atomic(path, content));
    return path;
  }
  BlobInfo put(std::string_view content) {
    auto info = blobs_->put(source(content));
    EXPECT_TRUE(info) << describe(info.error());
    return info ? *info : BlobInfo{};
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "blobs"))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
  std::size_t clean(const std::vector<std::string>& named = {}) {
    auto removed = blobs_->remove_unnamed(clock_.now() - kDay, [&](std::vector<std::string> candidates) {
      std::erase_if(candidates, [&](const std::string& id) {
        return std::find(named.begin(), named.end(), id) != named.end();
      });
      return Result<std::vector<std::string>>(candidates);
    });
    EXPECT_TRUE(removed);
    return removed.value_or(0);
  }

  const fs::path folder_;
  SetClock clock_;
  std::unique_ptr<FolderBlobs> blobs_;
};

TEST_F(BlobsTest, KeepsAContentUnderItsHash) {
  const BlobInfo info = put("abc");
  EXPECT_EQ(info.id, kHashOfAbc);
  EXPECT_EQ(info.size, 3U);
  EXPECT_EQ(*read_file(folder_ / "blobs" / info.id.substr(0, 2) / info.id.substr(2)), "abc");
  EXPECT_EQ(put("").id, kHashOfNothing);
}

TEST_F(BlobsTest, KeepsTheSameContentOnce) {
  EXPECT_EQ(put("twice").id, put("twice").id);
  EXPECT_EQ(files(), 1U);
}

TEST_F(BlobsTest, ReadsRanges) {
  std::string content;
  for (int i = 0; i < 200'000; ++i) content += static_cast<char>('a' + i % 26);
  const std::string id = put(content).id;
  EXPECT_EQ(*blobs_->read(id, 0, 5), "abcde");
  EXPECT_EQ(*blobs_->read(id, 100'000, 70'000), content.substr(100'000, 70'000));
  EXPECT_EQ(*blobs_->read(id, 199'998, 100), content.substr(199'998));
  EXPECT_EQ(*blobs_->read(id, 500'000, 100), "");
}

TEST_F(BlobsTest, FindsNothingUnderOtherNames) {
  for (const char* id :
       {"", "abc", "../../etc/passwd", "0000000000000000000000000000000000000000000000000000000000000000",
        "..00000000000000000000000000000000000000000000000000000000000000"})
    EXPECT_EQ(blobs_->open(id).error().code, "blob.missing") << id;
}

TEST_F(BlobsTest, TellsNothingOfFoldersInErrors) {
  const auto refused = blobs_->put(folder_ / "nowhere");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "blob.failed");
  EXPECT_EQ(describe(refused.error()).find(folder_.string()), std::string::npos);
  EXPECT_EQ(files(), 0U) << "and leaves nothing behind";
}

TEST_F(BlobsTest, RemovesWhatNobodyNamesAfterADay) {
  const std::string named = put("named").id, unnamed = put("unnamed").id;
  EXPECT_EQ(clean({named}), 0U) << "too young";
  clock_.now_ += kDay + 1;
  const std::string young = put("young").id;
  EXPECT_EQ(clean({named}), 1U);
  EXPECT_TRUE(blobs_->open(named));
  EXPECT_TRUE(blobs_->open(young));
  EXPECT_EQ(blobs_->open(unnamed).error().code, "blob.missing");
}

TEST_F(BlobsTest, DoesNotRemoveWhatIsPutAgainMeanwhile) {
  const std::string id = put("again").id;
  clock_.now_ += kDay + 1;
  auto removed = blobs_->remove_unnamed(clock_.now() - kDay, [&](std::vector<std::string> candidates) {
    put("again");  // by a request that has not written its row yet
    return Result<std::vector<std::string>>(candidates);
  });
  EXPECT_EQ(*removed, 0U);
  EXPECT_TRUE(blobs_->open(id));
}

TEST_F(BlobsTest, AnOpenFileOutlivesItsBlob) {
  const std::string id = put("gone soon").id;
  auto file = blobs_->open(id);
  clock_.now_ += kDay + 1;
  EXPECT_EQ(clean(), 1U);
  char bytes[16] = {};
  EXPECT_EQ(::read(file->get(), bytes, sizeof bytes), 9);
  EXPECT_STREQ(bytes, "gone soon");
}

// The process ends at each step; another one finds a store that is whole, and takes the content again.
TEST_F(BlobsTest, SurvivesACrashAtEveryStep) {
  const std::string content(300'000, 'x');
  const fs::path from = source(content);
  for (const char* at : kSteps) {
    const fs::path folder = folder_ / ("crash-" + to_hex(random_bytes(4)));
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto dying = FolderBlobs::open(folder, clock_, [&](std::string_view step) {
        if (step == at) ::_exit(42);
      });
      (void)(*dying)->put(from);
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_EQ(WEXITSTATUS(status), 42) << at;

    auto next = std::move(*FolderBlobs::open(folder, clock_));
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file() || entry.path().parent_path().filename() == "incoming") continue;
      EXPECT_EQ(entry.file_size(), content.size()) << at << ": a blob that is not whole";
    }
    auto again = next->put(from);
    ASSERT_TRUE(again) << at;
    EXPECT_EQ(next->read(again->id, 0, content.size())->size(), content.size()) << at;
    // What was cut off goes with the housekeeping. Its time is that of the machine.
    const auto nobody = [](std::vector<std::string>) { return Result<std::vector<std::string>>({}); };
    EXPECT_TRUE(next->remove_unnamed(SystemClock().now() + kDay, nobody));
    EXPECT_TRUE(fs::is_empty(folder / "incoming")) << at;
  }
}

TEST_F(BlobsTest, ManyThreadsPutTheSame) {
  const fs::path from = source(std::string(100'000, 'y'));
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round)
        if (!blobs_->put(from)) ++wrong;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(files(), 1U);
}

}  // namespace
}  // namespace opsflux::store
