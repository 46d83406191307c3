//! One policy file as a tree of values that know their line and column, and what in it is not TOML.

use toml::Spanned;
use toml::de::{DeInteger, DeString, DeTable, DeValue};

use super::fault::Syntax;
use super::layers::Layer;

/// Where something stands: in which of the two layers, line and column from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub layer: Layer,
    pub line: usize,
    pub column: usize,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub place: Place,
    pub value: Value,
}

/// What TOML can say, as far as a policy has use for it.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A text, without its quotes.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// `true` or `false`.
    Flag(bool),
    /// A number with a point, a date, a number too long: nothing that a policy takes; as written.
    Other(String),
    /// A list.
    List(Vec<Node>),
    /// A table, its keys in the file's order; an inline one stands in `{ }`.
    Table { inline: bool, entries: Vec<Entry> },
}

/// A key of a table and its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub key: String,
    pub place: Place,
    pub node: Node,
}

impl Node {
    /// The value as TOML would write it in one line.
    pub fn written(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("\"{text}\""),
            Value::Whole(number) => number.to_string(),
            Value::Flag(flag) => flag.to_string(),
            Value::Other(written) => written.clone(),
            Value::List(nodes) => {
                let members: Vec<String> = nodes.iter().map(Node::written).collect();
                format!("[{}]", members.join(", "))
            }
            Value::Table { entries, .. } => {
                let members: Vec<String> =
                    entries.iter().map(|entry| format!("{} = {}", entry.key, entry.node.written())).collect();
                format!("{{ {} }}", members.join(", "))
            }
        }
    }

    /// The value for people: as TOML writes it, but a text without its quotes.
    pub fn shown(&self) -> String {
        match &self.value {
            Value::Text(text) => text.clone(),
            _ => self.written(),
        }
    }
}

/// A place that is not TOML, with the key that is nearest.
#[derive(Clone, Debug)]
pub(super) struct SyntaxFault {
    pub place: Place,
    pub key: String,
    pub syntax: Syntax,
    /// Whether the rest of the file could be read all the same.
    pub local: bool,
}

/// Reads a file's text. What could be read stands in the tree, whatever else is wrong.
pub(super) fn parse(text: &str, layer: Layer) -> (Node, Vec<SyntaxFault>) {
    let source = Source::new(text, layer);
    let (document, errors) = DeTable::parse_recoverable(text);
    let root = Node { place: source.place(0), value: source.table(document.get_ref(), false) };
    let mut errors: Vec<(usize, String)> = errors
        .iter()
        .map(|error| (error.span().map_or(text.len(), |span| span.start), error.message().to_owned()))
        .collect();
    errors.sort();
    (root, source.syntax_faults(&errors))
}

/// The text of a file, or the place in it that is not UTF-8.
pub(super) fn decode(bytes: Vec<u8>, layer: Layer) -> Result<String, SyntaxFault> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        // What cannot be read stands behind that place, so that the place is the same in this text.
        let text = String::from_utf8_lossy(error.as_bytes());
        let source = Source::new(&text, layer);
        let line = source.line_at(at);
        let syntax = Syntax::NotUtf8(line.text.trim().to_owned());
        SyntaxFault { place: source.place(at), key: source.key_near(&line), syntax, local: false }
    })
}

/// A file's text while it is being read.
struct Source<'t> {
    text: &'t str,
    layer: Layer,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl<'t> Source<'t> {
    fn new(text: &'t str, layer: Layer) -> Source<'t> {
        let ends = text.match_indices('\n').map(|(end, _)| end + 1);
        Source { text, layer, lines: std::iter::once(0).chain(ends).collect() }
    }

    fn place(&self, at: usize) -> Place {
        let line = self.lines.partition_point(|&start| start <= at);
        let start = self.lines[line - 1];
        let in_line = self.text.get(start..at).unwrap_or(&self.text[start..]);
        let column = 1 + in_line.chars().filter(|&c| c != '\u{feff}').count();
        Place { layer: self.layer, line, column }
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let written = self.text.get(value.span()).unwrap_or_default();
        let inner = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Integer(number) => {
                whole(number).map_or_else(|| Value::Other(written.to_owned()), Value::Whole)
            }
            DeValue::Float(_) | DeValue::Datetime(_) => Value::Other(written.to_owned()),
            DeValue::Array(members) => Value::List(members.iter().map(|member| self.node(member)).collect()),
            DeValue::Table(table) => self.table(table, written.starts_with('{')),
        };
        Node { place: self.place(value.span().start), value: inner }
    }

    fn table(&self, table: &DeTable<'_>, inline: bool) -> Value {
        let mut keys: Vec<_> = table.iter().collect();
        keys.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| Entry {
            key: key.get_ref().to_string(),
            place: self.place(key.span().start),
            node: self.node(value),
        };
        Value::Table { inline, entries: keys.into_iter().map(entry).collect() }
    }

    /// The errors that can be trusted: after the first that is more than one value or key, the reader has lost its
    /// way, and what it says further on is only a consequence.
    fn syntax_faults(&self, errors: &[(usize, String)]) -> Vec<SyntaxFault> {
        let mut faults = Vec::new();
        for (at, message) in errors {
            let fault = self.syntax_fault(*at, message);
            let lost = !fault.local;
            faults.push(fault);
            if lost {
                break;
            }
        }
        faults
    }

    fn syntax_fault(&self, at: usize, message: &str) -> SyntaxFault {
        let line = self.line_at(at);
        let (description, expected) = message.split_once(", expected ").unwrap_or((message, ""));
        let in_value = description == "string values must be quoted";
        let at = if is_literal(description) { line.value_start() } else { at };
        let rest = self.text.get(at..).unwrap_or_default();
        let wide = full_width(line.text).filter(|_| !in_value || !rest.starts_with(char::is_alphabetic));
        let local = in_value || (wide.is_none() && is_local(description, &line));
        let syntax = wide.unwrap_or_else(|| match description {
            _ if in_value || is_literal(description) => bare_value(rest),
            "invalid unquoted key" if local => Syntax::UnquotedKey(last_part(&line.key()).to_owned()),
            "duplicate key" => Syntax::Twice(last_part(&line.key()).to_owned()),
            _ => broken_line(line.text.trim().to_owned(), description, expected),
        });
        SyntaxFault { place: self.place(at), key: self.key_near(&line), syntax, local }
    }

    fn line_at(&self, at: usize) -> Line<'_> {
        let at = (0..=at.min(self.text.len()))
            .rev()
            .find(|&at| self.text.is_char_boundary(at))
            .unwrap_or_default();
        let (before, after) = self.text.split_at(at);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = at + after.find('\n').unwrap_or(after.len());
        Line { text: &self.text[start..end], start, offset: at - start }
    }

    /// The key at a place with the table that it stands in, as far as the text shows them.
    fn key_near(&self, line: &Line<'_>) -> String {
        let own = line.key();
        let header = self.text[..line.start].lines().rev().find_map(header);
        match header {
            Some(table) if !line.text.trim_start().starts_with('[') => format!("{table}.{own}"),
            _ => own,
        }
    }
}

/// The line of an error, where it starts in the text, and how far into it the error is.
struct Line<'t> {
    text: &'t str,
    start: usize,
    offset: usize,
}

impl Line<'_> {
    /// Where the value begins that the error is in.
    fn value_start(&self) -> usize {
        let before = self.text.get(..self.offset).unwrap_or(self.text);
        let start = before.rfind(['=', '[', '{', ',']).map_or(0, |at| at + 1);
        let value = self.text[start..].trim_start();
        self.start + self.text.len() - value.len()
    }

    /// The key of the value that the error is in, after that of an inline table around it; where there is none, the
    /// line's first word.
    fn key(&self) -> String {
        let before = self.text.get(..self.offset).unwrap_or(self.text);
        let value_at = before.rfind('=').or_else(|| self.text.find('='));
        let left = value_at.map_or(self.text, |at| &self.text[..at]);
        let own = bare_key(left.rsplit(['{', ',']).next().unwrap_or(left));
        match left.split_once('=') {
            Some((outer, inline)) if inline.contains('{') => format!("{}.{own}", bare_key(outer)),
            _ => own.to_owned(),
        }
    }
}

/// A key without what stands around it.
fn bare_key(text: &str) -> &str {
    let is_around = |c: char| c.is_whitespace() || "[]\":\u{feff}".contains(c);
    let word = text.trim_matches(is_around).split_whitespace().next();
    word.unwrap_or_default().trim_end_matches(is_around)
}

/// Whether an error is one of a value that is neither a text in quotes nor anything else that TOML knows.
fn is_literal(description: &str) -> bool {
    const BEGINNINGS: [&str; 13] = [
        "invalid boolean",
        "invalid float",
        "invalid integer",
        "invalid mantissa",
        "invalid fraction",
        "invalid exponent",
        "invalid date",
        "invalid time",
        "unexpected leading zero",
        "unexpected sign",
        "redundant",
        "`_` may only",
        "integers with a radix",
    ];
    BEGINNINGS.iter().any(|beginning| description.starts_with(beginning))
}

/// Whether the rest of the file can be read in spite of the error.
fn is_local(description: &str, line: &Line<'_>) -> bool {
    match description {
        "duplicate key" => true,
        "invalid unquoted key" => line.text.contains('=') || line.text.trim_start().starts_with('['),
        _ => is_literal(description),
    }
}

/// A value without quotes: all of it, up to a comment, a comma, a bracket or the line's end.
fn bare_value(rest: &str) -> Syntax {
    let end = rest.find(['\n', '\r', '#', ',', ']', '}']).unwrap_or(rest.len());
    match rest[..end].trim() {
        "" => Syntax::NoValue,
        value if value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false") => {
            Syntax::Capitals(value.to_owned())
        }
        value => Syntax::Unquoted(value.to_owned()),
    }
}

/// What is wrong with a line as a whole.
fn broken_line(found: String, description: &str, expected: &str) -> Syntax {
    match description {
        "key with no value" | "invalid unquoted key" => Syntax::NoEquals(found),
        "unexpected key or value" => Syntax::Trailing(found),
        "missing comma between array elements" | "missing comma between key-value pairs" => {
            Syntax::MissingComma(found)
        }
        _ if description.starts_with("unclosed") || expected == "`\"`" => Syntax::Unclosed(found),
        _ if expected.is_empty() => Syntax::Other { found, detail: description.to_owned() },
        _ => Syntax::Other { found, detail: format!("{description}, expected {expected}") },
    }
}

/// The table's name where the line is a heading.
fn header(line: &str) -> Option<&str> {
    let inner = line.trim().strip_prefix('[')?;
    let name = inner.trim_start_matches('[').split([']', '#']).next()?.trim();
    (!name.is_empty()).then_some(name)
}

/// The last part of a dotted key.
fn last_part(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key).trim_matches(['"', ' '])
}

/// What a Chinese keyboard leaves where TOML takes plain marks; inside a text or a comment they are fine.
fn full_width(line: &str) -> Option<Syntax> {
    const MARKS: [(char, char); 15] = [
        ('“', '"'),
        ('”', '"'),
        ('＂', '"'),
        ('‘', '\''),
        ('’', '\''),
        ('＝', '='),
        ('，', ','),
        ('、', ','),
        ('［', '['),
        ('］', ']'),
        ('【', '['),
        ('】', ']'),
        ('｛', '{'),
        ('｝', '}'),
        ('％', '%'),
    ];
    let outside_texts = line.split('"').step_by(2).collect::<String>();
    let code = outside_texts.split('#').next().unwrap_or_default();
    let is_mark = |c: char| MARKS.iter().any(|&(wide, _)| wide == c);
    let plain = |c: char| MARKS.iter().find(|&&(wide, _)| wide == c).map_or(c, |&(_, plain)| plain);
    let found = line.split('#').next().unwrap_or_default().trim().to_owned();
    code.contains(is_mark).then(|| Syntax::FullWidth { plain: found.chars().map(plain).collect(), found })
}

fn whole(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}
