#include "host/package/elf.hpp"

#include <elf.h>
#include <gtest/gtest.h>

#include "host/base/files.hpp"

namespace opsflux::package {
namespace {

std::string fixture(const std::string& name) {
  return read_file(std::string(OPSFLUX_ELF_FIXTURES) + "/" + name + ".so").value();
}

std::set<std::string> findings(const std::string& name) {
  std::set<std::string> codes;
  const std::vector<Error> found = lint_library(fixture(name), "sample", {1, 2, 3}).value();
  for (const Error& finding : found) codes.insert(finding.code);
  return codes;
}

TEST(Elf, ReadsWhatALibraryIs) {
  const auto library = read_elf(fixture("good"));
  ASSERT_TRUE(library) << describe(library.error());
  EXPECT_EQ(library->exports, std::vector<std::string>{"opf_module_entry_v1"});
  ASSERT_TRUE(library->note);
  EXPECT_EQ(library->note->module, "sample");
  EXPECT_EQ(library->note->version, (SemVer{1, 2, 3}));
  EXPECT_EQ(library->note->abi, (AbiVersion{1, 0}));
  EXPECT_EQ(library->note->build, "test");
  EXPECT_TRUE(library->bind_now);
}

TEST(ElfLint, AcceptsALibraryAsTheSdkBuildsIt) { EXPECT_EQ(findings("good"), std::set<std::string>{}); }

TEST(ElfLint, FindsWhatDefaultFlagsDo) {
  const auto codes = findings("default");
  for (const char* code : {"elf.exports", "elf.unique_symbol", "elf.symbolic", "elf.bind_now"})
    EXPECT_TRUE(codes.contains(code)) << code;
}

TEST(ElfLint, FindsOneWrongThingEach) {
  EXPECT_EQ(findings("rdynamic"), std::set<std::string>{"elf.exports"});
  EXPECT_EQ(findings("needs_zlib"), std::set<std::string>{"elf.needed"});
  EXPECT_EQ(findings("rpath"), std::set<std::string>{"elf.run_path"});
  EXPECT_EQ(findings("execstack"), std::set<std::string>{"elf.executable_stack"});
  EXPECT_EQ(findings("no_note"), std::set<std::string>{"elf.no_note"});
}

TEST(ElfLint, ComparesTheNoteWithTheManifest) {
  EXPECT_EQ(lint_library(fixture("good"), "other", {1, 2, 3}).value().at(0).code, "elf.note_mismatch");
  EXPECT_EQ(lint_library(fixture("good"), "sample", {1, 2, 4}).value().at(0).code, "elf.note_mismatch");
}

TEST(Elf, RefusesWhatIsNoLibrary) {
  EXPECT_EQ(read_elf("").error().code, "elf.malformed");
  EXPECT_EQ(read_elf("#!/bin/sh\n").error().code, "elf.malformed");
  EXPECT_EQ(read_elf(std::string(4096, '\0')).error().code, "elf.malformed");
  std::string other = fixture("good");
  other[EI_CLASS] = ELFCLASS32;
  EXPECT_EQ(read_elf(other).error().code, "elf.malformed");
}

TEST(Elf, SurvivesEveryTruncationAndManyAlterations) {
  const std::string good = fixture("good");
  for (std::size_t size = 0; size < std::min<std::size_t>(good.size(), 20'000); size += 7)
    (void)read_elf(good.substr(0, size));
  for (std::size_t at = 0; at < std::min<std::size_t>(good.size(), 20'000); ++at) {
    std::string altered = good;
    altered[at] = static_cast<char>(altered[at] ^ 0xff);
    (void)lint_library(altered, "sample", {1, 2, 3});
  }
}

}  // namespace
}  // namespace opsflux::package
