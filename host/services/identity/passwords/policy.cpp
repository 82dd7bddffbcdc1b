#include "host/services/identity/passwords/policy.hpp"

#include <sys/stat.h>

#include "host/base/log.hpp"
#include "host/services/identity/passwords.hpp"

namespace opsflux::identity {
namespace {

Error weak(int score, int min) {
  return Error::invalid("identity.password_weak",
                        "The password is too easy to guess. Add unusual words, or make it longer.")
      .at("password")
      .with("score", std::to_string(score))
      .with("min", std::to_string(min));
}

Error breached() {
  return Error::invalid("identity.password_breached",
                        "This password is known from a break-in elsewhere. Choose another one.")
      .at("password");
}

// Another text when the file was replaced or grew.
std::string stamp_of(const std::string& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return {};
  return std::to_string(facts.st_ino) + " " + std::to_string(facts.st_size) + " " +
         std::to_string(facts.st_mtim.tv_sec) + " " + std::to_string(facts.st_mtim.tv_nsec);
}

}  // namespace

PasswordPolicy::Judgement PasswordPolicy::judge(std::string_view password, const PasswordOwner& owner) const {
  const PasswordRules rules = rules_().passwords;
  std::vector<std::string> words = own_words_of(owner.name, owner.email);
  for (const std::string& word : rules.own_words)
    for (std::string& part : own_words_of(word, "")) words.push_back(std::move(part));
  Judgement judgement;
  judgement.accepted = Passwords::check(password, rules.min_length);
  if (!judgement.accepted && judgement.accepted.error().code == "identity.password_not_text")
    return judgement;
  judgement.strength = strength_of(password, words);
  if (!judgement.accepted) return judgement;
  if (judgement.strength.score < rules.min_score)
    judgement.accepted = fail(weak(judgement.strength.score, rules.min_score));
  if (!judgement.accepted || rules.breached_file.empty()) return judgement;
  const auto known = [&]() -> Result<bool> {
    TRY_ASSIGN(file, list(rules.breached_file));
    return file->contains(password);
  }();
  if (!known) {
    log::error("identity.breached_unreadable", known.error());
    judgement.accepted = fail(known.error());
  } else if (*known) {
    judgement.accepted = fail(breached());
  }
  return judgement;
}

Result<void> PasswordPolicy::check(std::string_view password, const PasswordOwner& owner) const {
  return judge(password, owner).accepted;
}

Result<std::shared_ptr<const BreachedList>> PasswordPolicy::list(const std::string& file) const {
  const std::string stamp = stamp_of(file);
  std::lock_guard lock(mutex_);
  if (list_ != nullptr && file == file_ && stamp == stamp_) return list_;
  TRY_ASSIGN(opened, BreachedList::open(file));
  list_ = std::move(opened);
  file_ = file;
  stamp_ = stamp;
  return list_;
}

}  // namespace opsflux::identity
