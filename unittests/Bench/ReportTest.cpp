//===- ReportTest.cpp - JSON and tables -----------------------------------===//
#include "gq/Bench/Report.h"

#include <gtest/gtest.h>

using namespace gridquant;
using namespace gridquant::bench;

static Result result(const char *name, Role role, double us, uint64_t bytes) {
  Result row;
  row.name = name;
  row.role = role;
  row.work.kind = role == Role::Ours ? Kind::Quantize : Kind::Other;
  row.work.bytes = bytes;
  row.us = {us, us - 1, us + 1, us - 2, 10};
  row.roundMedians = {us, us};
  return row;
}

static Report sample() {
  CaseResult quantize;
  quantize.key = "key";
  quantize.sizes = "1000x1000";
  quantize.results = {result("q", Role::Ours, 10, 3'000'000),
                      result("copy", Role::Floor, 8, 3'000'016),
                      result("empty", Role::Floor, 3, 0),
                      result("driver-copy", Role::Peer, 12.5, 3'000'016)};
  quantize.results[0].bundle = "q.gqb";
  quantize.results[0].checksum = "00ff";
  quantize.results[0].hostUs = 1.25;
  quantize.results[0].planUs = 0.75;
  quantize.results[0].choiceNs = 250;
  CaseResult matmul;
  matmul.key = "other key";
  matmul.sizes = "100x100x100";
  matmul.results = {result("m", Role::Ours, 4, 10)};
  matmul.results[0].work = {Kind::Matmul, 10, 2'000'000, 100, 100, 100};
  matmul.harness = Harness::Graph;
  matmul.results[0].copies = 14;
  matmul.results[0].launches = 210;
  matmul.results[0].earlyLaunches = 209;
  return {"2026-01-02", "Mock GPU",        "1.2", "13.0", "abc",
          "method",     {quantize, matmul}};
}

TEST(ReportTest, RoundTrip) {
  std::string json = toJson(sample());
  Expected<Report> back = fromJson(json);
  ASSERT_TRUE(back) << back.message();
  EXPECT_EQ(toJson(*back), json);
  EXPECT_NE(back->find("key"), nullptr);
  EXPECT_EQ(back->find("no key"), nullptr);
  EXPECT_EQ(back->cases[1].results[0].work.m, 100);
  for (const char *text :
       {"\"of_floor\": 0.8,", "\"driver-copy\": 1.25", "\"gbps\": 300.0",
        "\"tflops\": 0.5", "\"host_us\": 1.25", "\"plan_us\": 0.75",
        "\"choice_ns\": 250.0", "\"checksum\": \"00ff\"",
        "\"harness\": \"gq-bench\"", "\"version\": 1", "\"p80\": 11.0",
        "\"harness\": \"flushed\"", "\"harness\": \"graph\"", "\"copies\": 14",
        "\"launches\": 210", "\"early_launches\": 209"})
    EXPECT_NE(json.find(text), std::string::npos) << text << " in " << json;
}

TEST(ReportTest, BytesThatAreNoText) {
  Report report = sample();
  report.commit = "\xff";
  EXPECT_TRUE(fromJson(toJson(report)));
}

TEST(ReportTest, Errors) {
  EXPECT_EQ(fromJson("{").message(), "is not valid json");
  EXPECT_EQ(fromJson("3").message(), "'version' is missing or not a number");
  EXPECT_EQ(fromJson("{\"version\":7}").message(),
            "has version 7 of the format, this program reads version 1");
  EXPECT_EQ(fromJson("{\"version\":1}").message(),
            "'date' is missing or not a string");
  std::string json = toJson(sample());
  auto replaced = [&](const char *from, const char *to) {
    std::string text = json;
    size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return fromJson(text.replace(at, std::string(from).size(), to)).message();
  };
  EXPECT_EQ(replaced("\"role\": \"ours\"", "\"role\": \"theirs\""),
            "'q' has an unknown role or kind");
  EXPECT_EQ(replaced("\"median\": 10.0", "\"median\": []"),
            "'median' is missing or not a number");
  EXPECT_EQ(replaced("\"cases\": [", "\"cases\": 3, \"x\": ["),
            "'cases' is missing or not an array");
  EXPECT_EQ(replaced("\"us\": {", "\"us\": 3, \"x\": {"),
            "'us' is missing or not an object");
}

TEST(ReportTest, Table) {
  Report report = sample();
  EXPECT_EQ("\n" + printTable(report.cases[0]), R"(
1000x1000       us      p20..p80   GB/s  of floor  host us  plan us  choice ns  vs driver-copy
q            10.00   9.00..11.00  300.0     80.0%     1.25     0.75        250          1.250x
copy          8.00    7.00..9.00  375.0    100.0%        -        -          -               -
empty         3.00    2.00..4.00      -         -        -        -          -               -
driver-copy  12.50  11.50..13.50  240.0     64.0%        -        -          -               -
)");
  EXPECT_EQ(printTable(report.cases[1]),
            "100x100x100, graph    us    p20..p80  TFLOP/s\n"
            "m                   4.00  3.00..5.00      0.5\n");
}
