//! Patterns of topics: regular expressions in RE2's syntax, which Kafka reads with RE2/J 1.8.
//!
//! They are rewritten for `regex-lite` where it reads the same text otherwise, and refused where RE2 refuses them. Names of
//! topics are ASCII, for which both match alike, and neither ever goes back: the time is bounded by the product of both
//! lengths. Not covered, and refused: Unicode classes (`\p{…}`) and octal escapes (`\141`).

use regex_lite::{Regex, RegexBuilder};

/// How large a pattern may be once it is compiled, in bytes: some 8,000 letters. RE2/J has no such limit.
const COMPILED_BYTES_MAX: usize = 256 * 1024;
/// How often something may be repeated by number. RE2's limit.
const REPETITIONS_MAX: u32 = 1_000;
/// Letters and digits that may stand after a backslash.
const ESCAPES: &str = "ABbzaftnrvdDsSwWx";
/// Flags of a group: case-insensitive, many lines, dot matches newline, ungreedy, and what turns them off.
const FLAGS: &str = "imsU-";

/// A pattern, ready to match.
#[derive(Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// Reads a pattern; what is wrong with it otherwise.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let rewritten = rewrite(text)?;
        let build = |text: &str| {
            let regex = RegexBuilder::new(text).size_limit(COMPILED_BYTES_MAX).build();
            regex.map_err(|error| error.to_string())
        };
        // Alone first: `a)|(b` is no pattern, though it would be one between parentheses.
        build(&rewritten)?;
        build(&format!(r"\A(?:{rewritten})\z")).map(Self)
    }

    /// The pattern matches the whole name.
    pub(super) fn matches(&self, topic: &str) -> bool {
        self.0.is_match(topic)
    }
}

/// A walk through a pattern that writes it anew.
struct Rewriter<'a> {
    rest: &'a str,
    out: String,
    /// The last thing was a repetition, which cannot be repeated.
    repeated: bool,
}

fn rewrite(text: &str) -> Result<String, String> {
    let mut walk = Rewriter { rest: text, out: String::with_capacity(text.len()), repeated: false };
    while let Some(next) = walk.take() {
        let repeats = walk.step(next)?;
        if repeats && walk.repeated {
            return Err("a repetition is repeated".to_owned());
        }
        walk.repeated = repeats;
    }
    Ok(walk.out)
}

impl Rewriter<'_> {
    fn take(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        self.rest = &self.rest[next.len_utf8()..];
        Some(next)
    }

    fn skip(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Writes what begins with this character; whether it is a repetition.
    fn step(&mut self, next: char) -> Result<bool, String> {
        match next {
            '\\' => self.escape()?,
            '[' => self.class()?,
            '(' => self.group()?,
            '{' => return self.braces(),
            '}' => self.out.push_str(r"\}"),
            ']' => self.out.push_str(r"\]"),
            '*' | '+' | '?' => {
                self.out.push(next);
                self.ungreedy();
                return Ok(true);
            }
            other => self.out.push(other),
        }
        Ok(false)
    }

    fn ungreedy(&mut self) {
        if self.skip("?") {
            self.out.push('?');
        }
    }

    fn escape(&mut self) -> Result<(), String> {
        match self.take() {
            None => Err("it ends with a backslash".to_owned()),
            Some('Q') => {
                let quoted = self.rest.find(r"\E").unwrap_or(self.rest.len());
                let (literal, rest) = self.rest.split_at(quoted);
                self.out.push_str(&regex_lite::escape(literal));
                self.rest = rest.strip_prefix(r"\E").unwrap_or(rest);
                Ok(())
            }
            Some('x') if self.rest.starts_with('{') => {
                let end = self.rest.find('}').ok_or("an escape has no end")?;
                let (number, rest) = self.rest.split_at(end);
                self.out.push_str(r"\x");
                self.out.push_str(number);
                self.rest = rest;
                self.rest = &self.rest[1..];
                self.out.push('}');
                Ok(())
            }
            Some(letter) if letter.is_ascii_alphanumeric() && !ESCAPES.contains(letter) => {
                Err(format!(r"there is no escape \{letter}"))
            }
            // To regex-lite these two are edges of words.
            Some(angle @ ('<' | '>')) => {
                self.out.push(angle);
                Ok(())
            }
            Some(character) => {
                self.out.push('\\');
                self.out.push(character);
                Ok(())
            }
        }
    }

    /// A class in brackets. RE2 knows neither classes within classes nor operations on them.
    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.skip("^") {
            self.out.push('^');
        }
        if self.skip("]") {
            self.out.push_str(r"\]");
        }
        loop {
            match self.take().ok_or("a class has no end")? {
                ']' => break,
                '[' if self.rest.starts_with(':') => {
                    let end = self.rest.find(":]").ok_or("a class has no end")?;
                    let (name, rest) = self.rest.split_at(end);
                    self.out.push('[');
                    self.out.push_str(name);
                    self.out.push_str(":]");
                    self.rest = &rest[2..];
                }
                '\\' => {
                    let many = self.rest.starts_with(['d', 'D', 's', 'S', 'w', 'W']);
                    self.escape()?;
                    // No range begins with many characters: the dash stands for itself.
                    if many && !self.rest.starts_with("-]") && self.skip("-") {
                        self.out.push_str(r"\-");
                    }
                }
                special @ ('[' | '&' | '~') => {
                    self.out.push('\\');
                    self.out.push(special);
                }
                other => self.out.push(other),
            }
        }
        self.out.push(']');
        Ok(())
    }

    /// A group, with its name or its flags. Other extensions are refused.
    fn group(&mut self) -> Result<(), String> {
        self.out.push('(');
        if !self.skip("?") {
            return Ok(());
        }
        self.out.push('?');
        if self.rest.starts_with("P<") || self.rest.starts_with('<') {
            return Ok(());
        }
        let end = self.rest.find([':', ')']).ok_or("a group has no end")?;
        let (flags, rest) = self.rest.split_at(end);
        if !flags.chars().all(|flag| FLAGS.contains(flag)) {
            return Err(format!("there is no extension (?{flags}"));
        }
        self.out.push_str(flags);
        let (end, rest) = rest.split_at(1);
        self.out.push_str(end);
        self.rest = rest;
        Ok(())
    }

    /// `{n}`, `{n,}` or `{n,m}`; any other brace stands for itself.
    fn braces(&mut self) -> Result<bool, String> {
        let body = self.rest.find('}').map(|end| &self.rest[..end]);
        let numbers = body.and_then(|body| {
            let (min, max) = body.split_once(',').unwrap_or((body, ""));
            let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            (!min.is_empty() && is_number(min) && is_number(max)).then_some((body, min, max))
        });
        let Some((body, min, max)) = numbers else {
            self.out.push_str(r"\{");
            return Ok(false);
        };
        let too_large = |text: &str| {
            !text.is_empty() && !text.parse().is_ok_and(|it: u32| it <= REPETITIONS_MAX)
        };
        if too_large(min) || too_large(max) {
            return Err(format!("{{{body}}} repeats too often"));
        }
        self.out.push('{');
        self.out.push_str(body);
        self.out.push('}');
        self.rest = &self.rest[body.len() + 1..];
        self.ungreedy();
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, topic: &str) -> bool {
        Pattern::new(pattern).unwrap_or_else(|reason| panic!("{pattern}: {reason}")).matches(topic)
    }

    /// Which of these RE2/J 1.8 reads was asked of it.
    #[test]
    fn patterns_are_read_and_refused_as_by_re2() {
        let read = [
            r"\Qa.b\E",
            "a{",
            "[[:alpha:]]+",
            "(?P<n>a)",
            "(?<n>a)",
            "",
            "[a&&b]",
            r"\_",
            "(?i)AB",
            "[]a]",
            r"\d\w\s",
            "a{,2}",
            r"\<",
            r"\x41",
            r"\x{41}",
            "(?s).",
            "(?m)^a$",
            "(?U)a+",
            "(?:a)",
            "[^]a]",
            "[[a]]",
            "{",
            "}",
            "]",
            "^*",
            r"\b*",
            "(?-s)a",
            r"[\d-z]",
            r"\Q",
            "a*?",
            "a{2}?",
        ];
        for pattern in read {
            if let Err(reason) = Pattern::new(pattern) {
                panic!("{pattern} is refused: {reason}");
            }
        }
        let refused = [
            "a{1001}", "(?x)a", r"\C", "a**", "*", "(", "a)", r"\Z", "x{2,1}", "a++", "(?!a)",
            r"\1", "[a-", r"\u0041", r"\e", r"\cA", r"\h", "a{2}{3}", "a|*", "(?#c)a", r"\E",
            "a)|(b", "a\\", "(?", "(?x:a)#",
        ];
        for pattern in refused {
            assert!(Pattern::new(pattern).is_err(), "{pattern} is read");
        }
    }

    #[test]
    fn the_whole_name_is_matched() {
        assert!(
            matches("foo.*", "foobar") && !matches("foo", "foobar") && !matches("bar", "foobar")
        );
        assert!(matches("a|ab", "ab"));
        assert!(matches("(?i)orders-[0-9]{2}", "Orders-07"));
        assert!(matches(r"\Qa.b\E", "a.b") && !matches(r"\Qa.b\E", "axb"));
        assert!(matches("[a&&b]+", "a&b"));
        assert!(matches("[[a]]", "a]"));
        assert!(matches("[[:alpha:]]+", "abc") && !matches("[[:alpha:]]+", "ab1"));
        assert!(matches("a{", "a{"));
        assert!(matches("", "") && !matches("", "a"));
    }

    #[test]
    fn a_hostile_pattern_is_refused_or_costs_little() {
        assert!(Pattern::new("(((a{1000}){1000}){1000}){1000}").is_err());
        assert!(Pattern::new(&"(".repeat(100_000)).is_err());
        assert!(Pattern::new(&"a".repeat(1_000_000)).is_err());
        let pattern = Pattern::new("(a*)*(a*)*(a*)*b").unwrap();
        assert!(!pattern.matches(&"a".repeat(249)));
    }
}
