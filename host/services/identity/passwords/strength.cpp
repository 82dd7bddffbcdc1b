#include "host/services/identity/passwords/strength.hpp"

#include <zxcvbn.h>

#include <algorithm>
#include <memory>

#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

constexpr std::size_t kJudged = 100;
constexpr std::size_t kMinWord = 3, kMaxWords = 100;
constexpr double kBits[] = {10, 20, 27, 33};  // 10^3, 10^6, 10^8, 10^10 guesses
constexpr int kGood = 3;

// Not in the middle of a character, which would read as another one.
std::string_view first_bytes(std::string_view text) {
  if (text.size() <= kJudged) return text;
  std::size_t end = kJudged;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

const char* hint_of(int type) {
  if ((type & MULTIPLE_MATCH) != 0) return "repeat";
  switch (type) {
    case DICTIONARY_MATCH:
    case DICT_LEET_MATCH:
      return "common";
    case USER_MATCH:
    case USER_LEET_MATCH:
      return "own";
    case REPEATS_MATCH:
      return "repeat";
    case SEQUENCE_MATCH:
      return "sequence";
    case SPATIAL_MATCH:
      return "keyboard";
    case DATE_MATCH:
    case YEAR_MATCH:
      return "date";
    default:
      return nullptr;
  }
}

// The longest part first: it is what the password mostly consists of.
std::vector<std::string> hints_of(const ZxcMatch_t* matches) {
  std::vector<const ZxcMatch_t*> parts;
  for (; matches != nullptr; matches = matches->Next) parts.push_back(matches);
  std::stable_sort(parts.begin(), parts.end(),
                   [](const ZxcMatch_t* a, const ZxcMatch_t* b) { return a->Length > b->Length; });
  std::vector<std::string> out;
  for (const ZxcMatch_t* part : parts)
    if (const char* hint = hint_of(part->Type);
        hint != nullptr && std::find(out.begin(), out.end(), hint) == out.end())
      out.emplace_back(hint);
  if (out.empty()) out.emplace_back("short");
  return out;
}

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

void add_words(std::string_view text, std::vector<std::string>& out) {
  const std::string small = to_lower_ascii(text);
  const auto add = [&out](std::string word) {
    if (word.size() >= kMinWord && out.size() < kMaxWords) out.push_back(std::move(word));
  };
  add(small);
  std::string word;
  for (const char c : small) {
    if (is_word_byte(c)) {
      word += c;
    } else {
      add(std::move(word));
      word.clear();
    }
  }
  if (word != small) add(std::move(word));
}

}  // namespace

Strength strength_of(std::string_view password, std::span<const std::string> own_words) {
  const std::string judged(first_bytes(password));
  std::vector<const char*> words;
  for (const std::string& word : own_words) words.push_back(word.c_str());
  words.push_back(nullptr);
  ZxcMatch_t* found = nullptr;
  Strength strength;
  strength.bits = ZxcvbnMatch(judged.c_str(), words.data(), &found);
  const std::unique_ptr<ZxcMatch_t, void (*)(ZxcMatch_t*)> owner(found, ZxcvbnFreeInfo);
  for (const double bits : kBits) strength.score += strength.bits >= bits ? 1 : 0;
  if (strength.score < kGood) strength.hints = hints_of(found);
  return strength;
}

std::vector<std::string> own_words_of(std::string_view name, std::string_view email) {
  std::vector<std::string> out;
  add_words(name, out);
  add_words(email.substr(0, email.find('@')), out);
  add_words(email, out);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace opsflux::identity
