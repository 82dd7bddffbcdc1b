#include "host/entities/expression/parser.hpp"

#include "host/base/text.hpp"
#include "host/entities/expression/checked.hpp"
#include "host/entities/expression/lexer.hpp"

namespace opsflux::expression {
namespace {

struct BinaryOperator {
  std::string_view text;
  Op op;
};
constexpr BinaryOperator kRelations[] = {{"==", Op::kEqual},  {"!=", Op::kNotEqual},
                                         {"<", Op::kLess},    {"<=", Op::kLessEqual},
                                         {">", Op::kGreater}, {">=", Op::kGreaterEqual}};
constexpr BinaryOperator kSums[] = {{"+", Op::kAdd}, {"-", Op::kSubtract}};
constexpr BinaryOperator kProducts[] = {{"*", Op::kMultiply}, {"/", Op::kDivide}, {"%", Op::kModulo}};

class Parser {
 public:
  Parser(const Source& source, std::vector<Token> tokens) : source_(source), tokens_(std::move(tokens)) {}

  Result<Tree> run() {
    if (peek().kind == TokenKind::kEnd) return fail(source_.syntax(0, "The expression is empty"));
    TRY_ASSIGN(root, expression());
    if (peek().kind != TokenKind::kEnd) return fail(unexpected("an operator or the end"));
    tree_.root = root;
    return std::move(tree_);
  }

 private:
  using Parsed = Result<NodeId>;

  const Token& peek() const { return tokens_[at_]; }
  const Token& take() { return tokens_[at_++]; }
  bool is(std::string_view op) const { return peek().kind == TokenKind::kOperator && peek().text == op; }
  bool accept(std::string_view op) {
    if (!is(op)) return false;
    ++at_;
    return true;
  }

  Error unexpected(std::string_view wanted) const {
    const Token& token = peek();
    std::string what;
    switch (token.kind) {
      case TokenKind::kEnd:
        what = "the end of the expression";
        break;
      case TokenKind::kString:
        what = "a text";
        break;
      case TokenKind::kInteger:
      case TokenKind::kNumber:
        what = "the number " + token.text;
        break;
      default:
        what = "\"" + token.text + "\"";
    }
    return source_.syntax(token.offset, "Expected " + std::string(wanted) + ", found " + what);
  }

  Result<void> expect(std::string_view op) {
    if (!accept(op)) return fail(unexpected("\"" + std::string(op) + "\""));
    return {};
  }

  Parsed add(Node node) {
    int depth = 0;
    for (const NodeId kid : node.kids) depth = std::max<int>(depth, tree_.at(kid).depth);
    node.depth = static_cast<std::uint16_t>(depth + 1);
    if (node.depth > kMaxDepth)
      return fail(source_.limit(node.offset, "The expression is nested too deeply"));
    if (tree_.nodes.size() >= kMaxNodes)
      return fail(source_.limit(node.offset, "The expression has too many parts"));
    tree_.nodes.push_back(std::move(node));
    return static_cast<NodeId>(tree_.nodes.size() - 1);
  }

  Parsed add(Op op, std::size_t offset, std::vector<NodeId> kids) {
    Node node;
    node.op = op;
    node.offset = static_cast<std::uint32_t>(offset);
    node.kids = std::move(kids);
    return add(std::move(node));
  }

  // Every way back into expression() or unary() passes here, so the C++ stack is bounded too.
  template <class Parse>
  Parsed nested(Parse parse) {
    if (nesting_ >= kMaxDepth)
      return fail(source_.limit(peek().offset, "The expression is nested too deeply"));
    ++nesting_;
    Parsed result = parse();
    --nesting_;
    return result;
  }

  Parsed expression() {
    return nested([&]() -> Parsed {
      TRY_ASSIGN(condition, chain("||", Op::kOr));
      const auto offset = peek().offset;
      if (!accept("?")) return condition;
      TRY_ASSIGN(then, chain("||", Op::kOr));
      TRY(expect(":"));
      TRY_ASSIGN(otherwise, expression());
      return add(Op::kConditional, offset, {condition, then, otherwise});
    });
  }

  // a || b || c is one node with three kids: long chains stay flat.
  Parsed chain(std::string_view text, Op op) {
    const auto operand = [&] { return op == Op::kOr ? chain("&&", Op::kAnd) : relation(); };
    TRY_ASSIGN(first, operand());
    const auto offset = peek().offset;
    if (!is(text)) return first;
    std::vector<NodeId> kids{first};
    while (accept(text)) {
      TRY_ASSIGN(next, operand());
      kids.push_back(next);
    }
    return add(op, offset, std::move(kids));
  }

  Parsed relation() {
    TRY_ASSIGN(left, sum());
    const auto offset = peek().offset;
    std::optional<Op> op = accept_one(kRelations);
    if (!op && peek().kind == TokenKind::kName && peek().text == "in") {
      ++at_;
      op = Op::kIn;
    }
    if (!op) return left;
    TRY_ASSIGN(right, *op == Op::kIn && is("[") ? list() : sum());
    if (accept_one(kRelations))
      return fail(
          source_.syntax(tokens_[at_ - 1].offset, "Comparisons cannot be chained", "Write a < b && b < c."));
    return add(*op, offset, {left, right});
  }

  template <std::size_t N>
  std::optional<Op> accept_one(const BinaryOperator (&operators)[N]) {
    for (const auto& candidate : operators)
      if (accept(candidate.text)) return candidate.op;
    return std::nullopt;
  }

  Parsed sum() {
    TRY_ASSIGN(left, product());
    for (;;) {
      const auto offset = peek().offset;
      const auto op = accept_one(kSums);
      if (!op) return left;
      TRY_ASSIGN(right, product());
      TRY_ASSIGN(joined, add(*op, offset, {left, right}));
      left = joined;
    }
  }

  Parsed product() {
    TRY_ASSIGN(left, unary());
    for (;;) {
      const auto offset = peek().offset;
      const auto op = accept_one(kProducts);
      if (!op) return left;
      TRY_ASSIGN(right, unary());
      TRY_ASSIGN(joined, add(*op, offset, {left, right}));
      left = joined;
    }
  }

  Parsed unary() {
    const auto offset = peek().offset;
    if (!is("!") && !is("-")) return member();
    const bool negate = take().text == "-";
    if (negate && peek().kind == TokenKind::kInteger) return integer(offset, true);
    if (negate && peek().kind == TokenKind::kNumber) return number(offset, true);
    return nested([&]() -> Parsed {
      TRY_ASSIGN(operand, unary());
      return add(negate ? Op::kNegate : Op::kNot, offset, {operand});
    });
  }

  // A value and the methods called on it.
  Parsed member() {
    TRY_ASSIGN(value, primary());
    while (accept(".")) {
      if (peek().kind != TokenKind::kName) return fail(unexpected("a method"));
      const Token& name = take();
      if (!is("(")) return fail(unexpected("\"(\" after the method \"" + name.text + "\""));
      TRY_ASSIGN(joined, call(name.text, name.offset, value));
      value = joined;
    }
    if (is("[")) return fail(source_.syntax(peek().offset, "Indexing with [ ] is not offered"));
    return value;
  }

  Parsed primary() {
    const Token& token = peek();
    switch (token.kind) {
      case TokenKind::kInteger:
        return integer(token.offset, false);
      case TokenKind::kNumber:
        return number(token.offset, false);
      case TokenKind::kString:
        ++at_;
        return literal(token.offset, {Type::kString, 0}, token.text);
      case TokenKind::kName:
        return name();
      default:
        break;
    }
    if (is("[")) return fail(source_.syntax(token.offset, "A list may only stand to the right of in"));
    if (!accept("(")) return fail(unexpected("a field, a value or \"(\""));
    TRY_ASSIGN(inner, expression());
    TRY(expect(")"));
    return inner;
  }

  Parsed literal(std::size_t offset, TypeInfo type, Value value) {
    Node node;
    node.offset = static_cast<std::uint32_t>(offset);
    node.type = type;
    node.nullable = is_null(value);
    node.value = std::move(value);
    return add(std::move(node));
  }

  Parsed integer(std::size_t offset, bool negative) {
    const Token& token = take();
    if (!negative && token.magnitude > std::uint64_t{INT64_MAX})
      return fail(source_.syntax(token.offset, "This whole number does not fit into 64 bits"));
    const auto value = static_cast<std::int64_t>(negative ? 0 - token.magnitude : token.magnitude);
    return literal(offset, {Type::kInt, 0}, value);
  }

  // Exact: 12.50 is 125 with one digit after the point, never the nearest binary fraction.
  Parsed number(std::size_t offset, bool negative) {
    const Token& token = take();
    const auto e = std::min(token.text.find_first_of("eE"), token.text.size());
    const auto point = std::min(token.text.find('.'), e);
    std::string digits =
        token.text.substr(0, point) + (point < e ? token.text.substr(point + 1, e - point - 1) : "");
    std::string exponent_text = e < token.text.size() ? token.text.substr(e + 1) : "0";
    if (exponent_text.starts_with('+')) exponent_text.erase(0, 1);
    const auto exponent = parse_int(exponent_text);
    const Error too_long =
        source_.syntax(offset, "This number has too many digits", "At most 18 digits are kept exactly.");
    if (!exponent || *exponent > 1000 || *exponent < -1000) return fail(too_long);
    std::int64_t scale = static_cast<std::int64_t>(e - point) - (point < e ? 1 : 0) - *exponent;
    while (scale > 0 && digits.size() > 1 && digits.ends_with('0')) {
      digits.pop_back();
      --scale;
    }
    auto value = parse_int(digits);
    if (value && *value == 0) scale = 0;
    if (value && scale < 0) {
      value = checked_rescale(*value, static_cast<int>(-scale));
      scale = 0;
    }
    if (!value || scale > kMaxScale) return fail(too_long);
    return literal(offset, {Type::kDecimal, static_cast<int>(scale)}, negative ? -*value : *value);
  }

  // true, false, null, a function, a field with a dotted path, or a method called on such a field.
  Parsed name() {
    const Token first = take();
    if (first.text == "true" || first.text == "false")
      return literal(first.offset, {Type::kBool, 0}, first.text == "true");
    if (first.text == "null") return literal(first.offset, {Type::kNull, 0}, Value());
    if (first.text == "in")
      return fail(source_.syntax(first.offset, "Expected a field or a value, found \"in\""));
    if (is("(")) return call(first.text, first.offset, std::nullopt);
    Node node;
    node.op = Op::kName;
    node.offset = static_cast<std::uint32_t>(first.offset);
    node.name = first.text;
    while (is(".") && tokens_[at_ + 1].kind == TokenKind::kName && tokens_[at_ + 2].text != "(") {
      node.name += "." + tokens_[at_ + 1].text;
      at_ += 2;
    }
    return add(std::move(node));
  }

  Parsed call(const std::string& function, std::size_t offset, std::optional<NodeId> receiver) {
    Node node;
    node.op = Op::kCall;
    node.name = function;
    node.offset = static_cast<std::uint32_t>(offset);
    node.method = receiver.has_value();
    if (receiver) node.kids.push_back(*receiver);
    TRY(expect("("));
    TRY(elements(")", node.kids));
    return add(std::move(node));
  }

  Parsed list() {
    Node node;
    node.op = Op::kList;
    node.offset = static_cast<std::uint32_t>(peek().offset);
    TRY(expect("["));
    TRY(elements("]", node.kids));
    return add(std::move(node));
  }

  // Values with commas between them up to `closing`; one comma may stand at the end, as in CEL.
  Result<void> elements(std::string_view closing, std::vector<NodeId>& out) {
    while (!accept(closing)) {
      TRY_ASSIGN(element, expression());
      out.push_back(element);
      if (accept(closing)) break;
      if (!accept(",")) return fail(unexpected("\",\" or \"" + std::string(closing) + "\""));
    }
    return {};
  }

  const Source& source_;
  const std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int nesting_ = 0;
  Tree tree_;
};

}  // namespace

Result<Tree> parse(const Source& source) {
  if (source.text().size() > kMaxBytes)
    return fail(source.limit(0, "The expression is longer than " + std::to_string(kMaxBytes) + " bytes"));
  TRY_ASSIGN(tokens, tokenize(source));
  return Parser(source, std::move(tokens)).run();
}

}  // namespace opsflux::expression
