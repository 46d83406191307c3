//! Suggestions of the order lines that orphans may bill: looked for, accepted where asked, and told.

use crate::input::InputError;
use crate::lang::Lang;
use crate::matching::Matching;
use crate::matching::suggest::Suggestions;
use crate::run::load::Session;

/// Suggestions for invoices' lines that name no order.
pub struct Suggested {
    /// Those that were accepted; `None` where nobody asked for it.
    pub accepted: Option<Suggestions>,
    /// Those that wait for a person.
    pub open: Suggestions,
}

impl Suggested {
    /// Looks for suggestions, and again once they are accepted: what is billed by then may leave one order line where
    /// several fitted before.
    pub fn find(matching: &mut Matching, session: &Session, accept: bool) -> Result<Suggested, InputError> {
        let (sources, policy) = (&session.sources, &session.policy);
        let mut open = matching.suggest(sources, policy)?;
        let mut accepted = None;
        if accept {
            matching.accept(&open, sources, policy)?;
            accepted = Some(open);
            open = matching.suggest(sources, policy)?;
        }
        Ok(Suggested { accepted, open })
    }

    pub fn accepted_line(&self, lang: Lang) -> Option<String> {
        let accepted = self.accepted.as_ref()?;
        let (count, money) = (accepted.len(), accepted.money().grouped());
        Some(lang.pick(
            format!("Suggestions accepted: {count}, amount {money}"),
            format!("已采纳建议：{count} 条，金额 {money}"),
        ))
    }

    pub fn open_line(&self, lang: Lang) -> Option<String> {
        if self.open.is_empty() {
            return None;
        }
        let (count, money) = (self.open.len(), self.open.money().grouped());
        let (en, zh) = if self.accepted.is_none() {
            ("accept with --accept-suggestions", "用 --accept-suggestions 采纳")
        } else {
            (
                "give accepted-links.csv with --links, then accept again",
                "用 --links 给出 accepted-links.csv 后再采纳",
            )
        };
        Some(lang.pick(
            format!("Suggestions for them: {count}, amount {money}; {en}"),
            format!("其中有建议的：{count} 条，金额 {money}；{zh}"),
        ))
    }
}
