#include "host/store/words.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <climits>
#include <iterator>

namespace opsflux::store {
namespace {

// unicode61 of a database in memory, which stays open as long as the thread.
class Tokenizer {
 public:
  Tokenizer() {
    if (sqlite3_open(":memory:", &db_) != SQLITE_OK) return;
    sqlite3_stmt* statement = nullptr;
    fts5_api* api = nullptr;
    if (sqlite3_prepare_v2(db_, "SELECT fts5(?1)", -1, &statement, nullptr) != SQLITE_OK) return;
    sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", nullptr);
    sqlite3_step(statement);
    sqlite3_finalize(statement);
    void* context = nullptr;
    if (api == nullptr || api->xFindTokenizer(api, "unicode61", &context, &calls_) != SQLITE_OK) return;
    const char* options[] = {"remove_diacritics", "2", "categories", "L* N* Co So"};
    if (calls_.xCreate(context, options, static_cast<int>(std::size(options)), &tokenizer_) != SQLITE_OK)
      tokenizer_ = nullptr;
  }
  ~Tokenizer() {
    if (tokenizer_ != nullptr) calls_.xDelete(tokenizer_);
    sqlite3_close(db_);
  }
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  void run(std::string_view text, std::vector<std::string>& out) {
    if (tokenizer_ == nullptr || text.size() > INT_MAX) return;
    const auto take = [](void* into, int, const char* token, int size, int, int) {
      add(std::string_view(token, static_cast<std::size_t>(size)),
          *static_cast<std::vector<std::string>*>(into));
      return SQLITE_OK;
    };
    calls_.xTokenize(tokenizer_, &out, FTS5_TOKENIZE_DOCUMENT, text.data(), static_cast<int>(text.size()),
                     take);
  }

 private:
  // Takes single characters out of what the tokenizer holds for one word.
  static void add(std::string_view token, std::vector<std::string>& out) {
    std::string word;
    std::size_t length = 0;
    const auto end = [&] {
      if (!word.empty()) out.push_back(std::exchange(word, {}));
      length = 0;
    };
    for (std::size_t at = 0; at < token.size();) {
      std::size_t next = at + 1;
      while (next < token.size() && (static_cast<unsigned char>(token[next]) & 0xc0) == 0x80) ++next;
      const std::string_view character = token.substr(at, next - at);
      at = next;
      if (stands_alone(character)) {
        end();
        out.emplace_back(character);
      } else if (length++ < kMaxWordLength) {
        word += character;
      }
    }
    end();
  }

  static bool stands_alone(std::string_view character) {
    char32_t code = 0;
    if (character.size() == 3)
      code = (character[0] & 0x0fu) << 12 | (character[1] & 0x3fu) << 6 | (character[2] & 0x3fu);
    else if (character.size() == 4)
      code = (character[0] & 0x07u) << 18 | (character[1] & 0x3fu) << 12 | (character[2] & 0x3fu) << 6 |
             (character[3] & 0x3fu);
    struct Range {
      char32_t first, last;
    };
    // Arrows to dingbats; Chinese, Japanese; Korean; compatibility forms; emoji; further Chinese.
    static constexpr Range kRanges[] = {{0x2190, 0x2bff}, {0x2e80, 0xa4cf},   {0xac00, 0xd7af},
                                        {0xf900, 0xfaff}, {0x1f000, 0x1faff}, {0x20000, 0x3ffff}};
    return std::any_of(std::begin(kRanges), std::end(kRanges),
                       [&](const Range& range) { return code >= range.first && code <= range.last; });
  }

  sqlite3* db_ = nullptr;
  fts5_tokenizer calls_{};
  Fts5Tokenizer* tokenizer_ = nullptr;
};

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  thread_local Tokenizer tokenizer;  // its state is its own thread's
  std::vector<std::string> out;
  tokenizer.run(text, out);
  return out;
}

}  // namespace opsflux::store
