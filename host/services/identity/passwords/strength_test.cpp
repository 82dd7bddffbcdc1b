#include "host/services/identity/passwords/strength.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace opsflux::identity {
namespace {

using Words = std::vector<std::string>;

TEST(Strength, WhatEverybodyTriesFirstHasNoScore) {
  for (const char* password : {"password", "123456789", "qwertyuiop", "iloveyou", "abcdefgh", "aaaaaaaa",
                               "P@ssw0rd", "11111111", "sunshine1", "football", "letmein1"})
    EXPECT_LE(strength_of(password, {}).score, 1) << password << " " << strength_of(password, {}).bits;
}

TEST(Strength, SeveralUnusualWordsAndLongRandomTextsHaveTheHighestScore) {
  for (const char* password : {"trois pirogues bleues", "quatre palmiers au vent", "cinq calaos verts",
                               "correct horse battery staple", "k8#Vq2!zR7pL",
                               "une longue phrase que personne ne dit", "пирога на реке синяя"})
    EXPECT_EQ(strength_of(password, {}).score, 4) << password << " " << strength_of(password, {}).bits;
}

TEST(Strength, ItSaysWhatMakesAPasswordWeak) {
  const auto first = [](std::string_view password) { return strength_of(password, {}).hints.at(0); };
  EXPECT_EQ(first("password"), "common");
  EXPECT_EQ(first("aaaaaaaa"), "repeat");
  EXPECT_EQ(first("bcdefghi"), "sequence");
  EXPECT_EQ(first("14071990"), "date");
  EXPECT_EQ(first("kw"), "short");
  EXPECT_TRUE(strength_of("trois pirogues bleues", {}).hints.empty());
}

TEST(Strength, OwnWordsMakeItWeak) {
  const Words words = own_words_of("Jeanne Mabika-Ondo", "j.mabika@opsflux.example");
  EXPECT_EQ(words, (Words{"example", "j.mabika", "j.mabika@opsflux.example", "jeanne", "jeanne mabika-ondo",
                          "mabika", "ondo", "opsflux"}));
  EXPECT_GE(strength_of("mabika-opsflux", {}).score, 3);
  const Strength strength = strength_of("Mabika-Opsflux", words);
  EXPECT_LE(strength.score, 2);
  EXPECT_EQ(strength.hints.at(0), "own");
  EXPECT_LE(strength_of("j.mabika@opsflux.example", words).score, 1);
}

TEST(Strength, ALongTextIsJudgedInBoundedTime) {
  std::string text;
  for (int i = 0; i < 512; ++i) text += static_cast<char>('a' + i * i % 26);
  EXPECT_EQ(strength_of(text, {}).score, 4);
  EXPECT_EQ(strength_of(std::string(512, 'a'), {}).hints.at(0), "repeat");
  std::string accents;
  for (int i = 0; i < 120; ++i) accents += "é";
  EXPECT_LE(strength_of(accents, {}).score, 4);  // cut between two characters
}

TEST(Strength, SeveralThreadsMayAskAtOnce) {
  const double alone = strength_of("correct horse", {}).bits;
  std::vector<std::thread> threads;
  std::atomic<int> different{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n)
        if (strength_of("correct horse", {}).bits != alone) ++different;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(different, 0);
}

}  // namespace
}  // namespace opsflux::identity
