// A short fixed run of the fuzz targets in the ordinary tests: every file of the corpus, whole, cut short,
// and with bytes changed in a fixed way. What a fuzzer once found stays in the corpus.
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "host/base/files.hpp"
#include "tests/fuzz/targets.hpp"

namespace opsflux::fuzz {
namespace {

using Target = void (*)(std::string_view);

void run_changed(Target target, const std::string& bytes, std::mt19937& random) {
  const auto any = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  for (int i = 0; i < 200; ++i) {
    std::string changed = bytes;
    for (std::size_t n = 1 + any(4); n > 0 && !changed.empty(); --n) {
      const std::size_t at = any(changed.size());
      switch (any(4)) {
        case 0:
          changed[at] = static_cast<char>(random());
          break;
        case 1:
          changed.erase(at, 1 + any(8));
          break;
        case 2:
          changed.insert(at, changed.substr(any(changed.size()), 1 + any(16)));
          break;
        default:
          changed[at] = static_cast<char>(changed[at] ^ (1 << any(8)));
      }
    }
    target(changed);
  }
}

void run_corpus(const char* name, Target target) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(OPSFLUX_FUZZ_CORPUS) / name))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  ASSERT_FALSE(files.empty());
  std::mt19937 random(1);  // the same run each time
  for (const auto& file : files) {
    SCOPED_TRACE(file.string());
    const std::string bytes = read_file(file).value();
    target(bytes);
    for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 64)
      target(std::string_view(bytes).substr(0, size));
    run_changed(target, bytes, random);
  }
}

TEST(FuzzCorpus, PackageReaderKeepsItsPromises) { run_corpus("package", package); }
TEST(FuzzCorpus, ManifestReaderKeepsItsPromises) { run_corpus("manifest", manifest); }
TEST(FuzzCorpus, LibraryReaderKeepsItsPromises) { run_corpus("library", library); }
TEST(FuzzCorpus, DocumentReadersKeepTheirPromises) { run_corpus("documents", documents); }
TEST(FuzzCorpus, WhatIsSaidOfAClientKeepsItsPromises) { run_corpus("edge", edge); }
TEST(FuzzCorpus, RoleFileReaderKeepsItsPromises) { run_corpus("role_file", role_file); }

}  // namespace
}  // namespace opsflux::fuzz
