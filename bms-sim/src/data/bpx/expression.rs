//! Formulas in `x`, as BPX writes them: a small part of Python's grammar.
//!
//! Numbers, `x`, `+ - * / **`, brackets and a few functions. As in Python, `**` binds tighter than the unary minus
//! before it (`-x**2` is `-(x**2)`) and is right associative.

use thiserror::Error;

type Real = fn(f64) -> f64;

/// The functions that a formula may call.
const FUNCTIONS: [(&str, Real); 11] = [
    ("exp", f64::exp),
    ("tanh", f64::tanh),
    ("cosh", f64::cosh),
    ("sinh", f64::sinh),
    ("sqrt", f64::sqrt),
    ("log", f64::ln),
    ("log10", f64::log10),
    ("abs", f64::abs),
    ("sin", f64::sin),
    ("cos", f64::cos),
    ("tan", f64::tan),
];

/// Brackets and signs deeper than this are refused rather than risking the stack.
const DEEPEST: usize = 200;

/// A formula, ready to be evaluated.
#[derive(Clone, Debug)]
pub struct Expression {
    root: Node,
}

/// Why a text is not a formula.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("at character {place}: {found}, expected {expected}")]
pub struct ExpressionError {
    /// Place in the text, the first character being 1.
    pub place: usize,
    /// The invalid text.
    pub found: String,
    /// The accepted input.
    pub expected: String,
}

#[derive(Clone, Debug)]
enum Node {
    Number(f64),
    X,
    Minus(Box<Node>),
    Call(Real, Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Expression {
    /// Reads a formula.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let mut parser = Parser {
            text: text.as_bytes(),
            place: 0,
            depth: 0,
        };
        let root = parser.sum()?;
        parser.skip_space();
        if parser.place < parser.text.len() {
            return Err(parser.refuse("an operator or the end"));
        }
        Ok(Self { root })
    }

    /// Value at `x`.
    #[must_use]
    pub fn value(&self, x: f64) -> f64 {
        self.root.value(x)
    }
}

impl Node {
    fn value(&self, x: f64) -> f64 {
        match self {
            Self::Number(value) => *value,
            Self::X => x,
            Self::Minus(inner) => -inner.value(x),
            Self::Call(function, inner) => function(inner.value(x)),
            Self::Binary(operator, left, right) => {
                let (left, right) = (left.value(x), right.value(x));
                match operator {
                    Operator::Add => left + right,
                    Operator::Subtract => left - right,
                    Operator::Multiply => left * right,
                    Operator::Divide => left / right,
                    Operator::Power => left.powf(right),
                }
            }
        }
    }
}

struct Parser<'a> {
    text: &'a [u8],
    place: usize,
    depth: usize,
}

impl Parser<'_> {
    fn skip_space(&mut self) {
        while self
            .text
            .get(self.place)
            .is_some_and(u8::is_ascii_whitespace)
        {
            self.place += 1;
        }
    }

    /// Consumes `symbol` if it comes next. `*` does not match the start of `**`.
    fn take(&mut self, symbol: &str) -> bool {
        self.skip_space();
        let rest = &self.text[self.place..];
        if !rest.starts_with(symbol.as_bytes()) || (symbol == "*" && rest.starts_with(b"**")) {
            return false;
        }
        self.place += symbol.len();
        true
    }

    fn refuse(&self, expected: &str) -> ExpressionError {
        let rest = String::from_utf8_lossy(self.text.get(self.place..).unwrap_or_default());
        let found = match rest.chars().next() {
            Some(c) if c.is_ascii_alphabetic() => {
                let word: String = rest
                    .chars()
                    .take_while(char::is_ascii_alphanumeric)
                    .collect();
                format!("found `{word}`")
            }
            Some(c) => format!("found `{c}`"),
            None => "the formula ends".to_owned(),
        };
        ExpressionError {
            place: self.place + 1,
            found,
            expected: expected.to_owned(),
        }
    }

    fn sum(&mut self) -> Result<Node, ExpressionError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.refuse("fewer nested brackets"));
        }
        let mut left = self.product()?;
        loop {
            let operator = if self.take("+") {
                Operator::Add
            } else if self.take("-") {
                Operator::Subtract
            } else {
                self.depth -= 1;
                return Ok(left);
            };
            left = binary(operator, left, self.product()?);
        }
    }

    fn product(&mut self) -> Result<Node, ExpressionError> {
        let mut left = self.signed()?;
        loop {
            let operator = if self.take("*") {
                Operator::Multiply
            } else if self.take("/") {
                Operator::Divide
            } else {
                return Ok(left);
            };
            left = binary(operator, left, self.signed()?);
        }
    }

    fn signed(&mut self) -> Result<Node, ExpressionError> {
        let mut minus = false;
        loop {
            if self.take("-") {
                minus = !minus;
            } else if !self.take("+") {
                break;
            }
        }
        let value = self.power()?;
        Ok(if minus {
            Node::Minus(Box::new(value))
        } else {
            value
        })
    }

    fn power(&mut self) -> Result<Node, ExpressionError> {
        let base = self.atom()?;
        if !self.take("**") {
            return Ok(base);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.refuse("fewer nested powers"));
        }
        let exponent = self.signed()?;
        self.depth -= 1;
        Ok(binary(Operator::Power, base, exponent))
    }

    fn atom(&mut self) -> Result<Node, ExpressionError> {
        const EXPECTED: &str = "a number, `x`, a bracket or a function (exp, tanh, cosh, sinh, sqrt, log, log10, abs, \
                                sin, cos, tan)";
        if self.take("(") {
            return self.bracket();
        }
        self.skip_space();
        let start = self.place;
        match self.text.get(start) {
            Some(c) if c.is_ascii_digit() || *c == b'.' => self.number(),
            Some(c) if c.is_ascii_alphabetic() => {
                let length = self.text[start..]
                    .iter()
                    .take_while(|c| c.is_ascii_alphanumeric() || **c == b'_')
                    .count();
                let word = &self.text[start..start + length];
                if word == b"x" {
                    self.place += length;
                    return Ok(Node::X);
                }
                let function = FUNCTIONS.iter().find(|(name, _)| name.as_bytes() == word);
                let Some((_, function)) = function else {
                    return Err(self.refuse(EXPECTED));
                };
                self.place += length;
                if !self.take("(") {
                    return Err(self.refuse("`(` after the function's name"));
                }
                Ok(Node::Call(*function, Box::new(self.bracket()?)))
            }
            _ => Err(self.refuse(EXPECTED)),
        }
    }

    /// The rest of a bracket that is already open.
    fn bracket(&mut self) -> Result<Node, ExpressionError> {
        let inside = self.sum()?;
        if self.take(")") {
            Ok(inside)
        } else {
            Err(self.refuse("an operator or `)`"))
        }
    }

    fn number(&mut self) -> Result<Node, ExpressionError> {
        let rest = &self.text[self.place..];
        let digits = |from: usize| {
            rest[from..]
                .iter()
                .take_while(|c| c.is_ascii_digit())
                .count()
        };
        let mut length = digits(0);
        if rest.get(length) == Some(&b'.') {
            length += 1;
            length += digits(length);
        }
        if matches!(rest.get(length), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
            let exponent = digits((length + 1 + sign).min(rest.len()));
            if exponent > 0 {
                length += 1 + sign + exponent;
            }
        }
        let text = String::from_utf8_lossy(&rest[..length]).into_owned();
        let Ok(value) = text.parse() else {
            return Err(self.refuse("a number"));
        };
        self.place += length;
        Ok(Node::Number(value))
    }
}

fn binary(operator: Operator, left: Node, right: Node) -> Node {
    Node::Binary(operator, Box::new(left), Box::new(right))
}

#[cfg(test)]
mod tests {
    use super::Expression;

    fn value(text: &str, x: f64) -> f64 {
        Expression::parse(text)
            .unwrap_or_else(|error| panic!("{text}: {error}"))
            .value(x)
    }

    #[test]
    fn binds_as_python_does() {
        let cases = [
            ("1 + 2 * 3", 7.0),
            ("-x**2", -9.0),
            ("2**3**2", 512.0),
            ("2**-1", 0.5),
            ("(1 - x) * -2", 4.0),
            ("6 / 3 / 2", 1.0),
            ("1 - 2 - 3", -4.0),
            ("- - x", 3.0),
            (" 1.5e-1 + .5E+0 ", 0.65),
            ("exp(0) + tanh(0) + cosh(x - 3)", 2.0),
            ("log10(100) * abs(-x)", 6.0),
        ];
        for (text, expected) in cases {
            let found = value(text, 3.0);
            assert!(
                (found - expected).abs() < 1e-12,
                "{text} is {found}, expected {expected}"
            );
        }
    }

    #[test]
    fn says_where_and_what() {
        let cases = [
            ("1 +", 4, "the formula ends"),
            ("2 * (x - 1", 11, "the formula ends"),
            ("2 x", 3, "found `x`"),
            ("1 + foo(x)", 5, "found `foo`"),
            ("exp x", 5, "found `x`"),
            ("x ^ 2", 3, "found `^`"),
            ("", 1, "the formula ends"),
        ];
        for (text, place, found) in cases {
            let error = Expression::parse(text).unwrap_err();
            assert_eq!(
                (error.place, error.found.as_str()),
                (place, found),
                "{text}"
            );
        }
    }

    #[test]
    fn endless_brackets_are_refused() {
        assert!(Expression::parse(&"(".repeat(100_000)).is_err());
        assert!(Expression::parse(&"2**".repeat(100_000)).is_err());
    }
}
