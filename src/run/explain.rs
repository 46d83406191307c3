//! `recv explain`: how one figure came about.

use std::collections::BTreeMap;

use super::load::Session;
use super::publish::{self, Publisher, Target};
use super::unbilled::Unbilled;
use super::{Exit, Failure};
use crate::cli::ExplainArgs;
use crate::collection;
use crate::explain::{self, Evidence, Step, Subject};
use crate::input::Kind;
use crate::lang::Lang;
use crate::provision;
use crate::provision::opening::Allowance;
use crate::receivable::Ledger;
use crate::receivable::books::Books;
use crate::receivable::grouping::GroupBy;
use crate::receivable::settle::Scope;
use crate::report::outline;
use crate::terminal::Screen;

/// Runs `recv explain`.
pub fn run(args: &ExplainArgs, lang: Lang) -> Result<Exit, Failure> {
    let session = Session::open(&args.inputs, &Kind::ALL, None, lang)?;
    let mut for_match = session.intake();
    let has_orders = session.sources.has(Kind::Orders);
    let unbilled = has_orders.then(|| Unbilled::gather(&mut for_match, GroupBy::Customer)).transpose()?;
    let matching = unbilled.as_ref().map(|unbilled| &unbilled.matching);
    let mut intake = session.intake();
    let books = Books::read(&mut intake, GroupBy::Customer)?;
    let allowance = Allowance::read(&mut intake)?;
    let taken = session.accept_taken(session.joined(intake, for_match)?, &args.voice)?;

    let mut subjects = explain::subjects(&args.what, &books, matching);
    if subjects.is_empty() && allowance.names(&args.what) {
        subjects.push(Subject::Opening(args.what.clone()));
    }
    if subjects.is_empty() {
        subjects = explain::idle_subjects(&args.what, &session.sources, &session.policy, session.as_of)?;
    }
    if subjects.is_empty() {
        let what = &args.what;
        return Err(Failure::Usage(
            format!(
                "'{what}' is no invoice, order, order line (ORDER/LINE), customer or payment of these books; \
                 what recv check says is left out (not approved, say) is none either"
            ),
            format!(
                "'{what}' 不是账中的发票、订单、订单行（订单/行）、客户或收款；recv check 所列剔除的行（如未审核）也不算"
            ),
        ));
    }
    let customers = explain::customers_of(&subjects, &books);
    let (policy, as_of) = (&session.policy, session.as_of);
    let is_asked = |id: &str| customers.iter().any(|customer| books.orders.customers.text(*customer) == id);
    let (ledger, accounts) =
        Ledger::open_looking_on(&books, policy, as_of, GroupBy::Customer, Scope::Applications, |account| {
            is_asked(&account.customer.id).then(|| account.clone())
        })?;
    let accounts: Vec<_> = accounts.into_iter().flatten().collect();
    let openings = allowance.openings(&ledger, GroupBy::Customer);
    let provision = provision::provide(&ledger.items, &openings, &policy.provision, &policy.aging.buckets)?;
    let worklist = collection::worklist(&ledger.items, &policy.collect, as_of);
    let findings = [ledger.findings.clone(), allowance.findings(&ledger)].concat();
    let asks_customer = subjects.iter().any(|subject| matches!(subject, Subject::Customer(_)));
    let unbilled = match &unbilled {
        Some(unbilled) if asks_customer => unbilled.sums(&session)?,
        Some(_) | None => BTreeMap::new(),
    };
    let evidence = Evidence {
        sources: &session.sources,
        policy,
        origins: &session.origins,
        as_of,
        lang: if args.json() { args.voice.lang.unwrap_or(Lang::En) } else { lang },
        books: &books,
        matching,
        accounts: &accounts,
        ledger: &ledger,
        findings: &findings,
        provision: &provision,
        worklist: &worklist,
        unbilled: &unbilled,
    };
    let steps = subjects
        .iter()
        .map(|subject| explain::explain(subject, &evidence))
        .collect::<Result<Vec<Step>, _>>()?;
    let inputs = session.input_paths();
    let target = Target { path: args.output.as_deref(), inputs: &inputs };
    if args.json() {
        publish::text(target, &outline::json(&steps))?;
    } else {
        let screen = Screen::of(args.voice.color, args.output.is_some());
        let mut page = session.page(
            &lang.pick(format!("How {} came about", args.what), format!("{} 的来由", args.what)),
            screen,
            true,
            &taken,
        );
        let width = screen.width.map_or(80, usize::from);
        for step in &steps {
            page.gap();
            for line in outline::lines(step, width) {
                page.line(&line);
            }
        }
        publish::text(target, &page.finish())?;
    }
    Publisher::silent(&session, &args.voice).finish(&session, &taken)?;
    Ok(if taken.rejected.is_empty() { Exit::Done } else { Exit::Found })
}
