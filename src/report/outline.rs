//! An explanation as an outline: each step below the one it leads to, what it rests on behind it in brackets; and as JSON.

use unicode_width::UnicodeWidthStr;

use super::wrap::wrap;
use crate::explain::Step;

/// The lines of an outline, none wider than `width` where its words allow that.
pub fn lines(step: &Step, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    add(step, 0, width, &mut lines);
    lines
}

fn add(step: &Step, depth: usize, width: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    let mut says = step.says.clone();
    let grounds: Vec<&str> = step.rule.iter().chain(&step.sources).map(String::as_str).collect();
    if !grounds.is_empty() {
        says = format!("{says} [{}]", grounds.join(", "));
    }
    let room = width.saturating_sub(indent.width() + 2).max(20);
    for (at, line) in wrap(&says, room).into_iter().enumerate() {
        let hanging = if at == 0 { "" } else { "  " };
        lines.push(format!("{indent}{hanging}{line}"));
    }
    for step in &step.steps {
        add(step, depth + 1, width, lines);
    }
}

/// The explanations as JSON: an array of steps, each with `says`, `rule`, `sources` and `steps`.
pub fn json(steps: &[Step]) -> String {
    let mut text = String::new();
    push_steps(steps, 0, &mut text);
    text.push('\n');
    text
}

fn push_steps(steps: &[Step], depth: usize, text: &mut String) {
    if steps.is_empty() {
        text.push_str("[]");
        return;
    }
    let indent = "  ".repeat(depth + 1);
    text.push('[');
    for (at, step) in steps.iter().enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        let rule = step.rule.as_deref().map_or("null".to_owned(), quoted);
        let sources: Vec<String> = step.sources.iter().map(|source| quoted(source)).collect();
        let head = format!(
            "{indent}{{\"says\": {}, \"rule\": {rule}, \"sources\": [{}], \"steps\": ",
            quoted(&step.says),
            sources.join(", ")
        );
        text.push_str(&head);
        push_steps(&step.steps, depth + 1, text);
        text.push('}');
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(']');
}

fn quoted(text: &str) -> String {
    super::json::string(text)
}
