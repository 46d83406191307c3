//! Where each value of the policy in force comes from: what `recv policy` prints.

use super::layers::{Layer, Layers, join, member_path};
use super::tree::{Node, Place, Value};
use crate::lang::Lang;

/// Every key in force with its value and origin, in the order of the default policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    /// One row a key.
    pub rows: Vec<OriginRow>,
}

/// One key in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginRow {
    /// The key with its tables, as `provision.rates.91-180`; members of a list count from 1.
    pub key: String,
    /// The value as text.
    pub value: String,
    /// Where the value comes from.
    pub origin: Origin,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The default that is compiled in.
    BuiltIn,
    /// The company's file.
    File {
        /// Its name, as the user wrote it.
        name: String,
        /// The line, from 1.
        line: usize,
    },
}

impl Origin {
    /// `built-in`, or file and line as `policy.toml:12`.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Origin::BuiltIn => lang.pick("built-in", "内置").to_owned(),
            Origin::File { name, line } => format!("{name}:{line}"),
        }
    }
}

impl Origins {
    pub(super) fn new(layers: &Layers) -> Origins {
        let (root, file) = layers.tree();
        let mut origins = Origins { rows: Vec::new() };
        origins.add(root, "", file);
        origins
    }

    /// The origin of a key.
    pub fn of(&self, key: &str) -> Option<&Origin> {
        self.rows.iter().find(|row| row.key == key).map(|row| &row.origin)
    }

    /// One row a value. Tables are gone into; a list stands in one row, or in a row a member where these are tables.
    fn add(&mut self, node: &Node, path: &str, file: &str) {
        match &node.value {
            Value::Table { entries, .. } => {
                for entry in entries {
                    self.add(&entry.node, &join(path, &entry.key), file);
                }
            }
            Value::List(members) if members.iter().any(is_table) => {
                for (at, member) in members.iter().enumerate() {
                    self.add_member(member, &member_path(path, at), file);
                }
            }
            Value::List(_) | Value::Text(_) | Value::Whole(_) | Value::Flag(_) | Value::Other(_) => {
                self.push(node, path, file);
            }
        }
    }

    /// A member of a list: one that is written in a line stays in one row.
    fn add_member(&mut self, node: &Node, path: &str, file: &str) {
        match node.value {
            Value::Table { inline: false, .. } => self.add(node, path, file),
            _ => self.push(node, path, file),
        }
    }

    fn push(&mut self, node: &Node, path: &str, file: &str) {
        let Place { layer, line, .. } = node.place;
        let origin = match layer {
            Layer::BuiltIn => Origin::BuiltIn,
            Layer::Company => Origin::File { name: file.to_owned(), line },
        };
        self.rows.push(OriginRow { key: path.to_owned(), value: node.shown(), origin });
    }
}

fn is_table(node: &Node) -> bool {
    matches!(node.value, Value::Table { .. })
}
