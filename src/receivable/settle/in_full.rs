//! Invoices that one credit settles in full, and nothing else can reach.

use std::collections::HashSet;

use crate::ids::{Id, Invoice};
use crate::receivable::books::{Books, Named};
use crate::receivable::designation::Designation;

/// Which invoices are settled in full by the only credit that names them.
///
/// Settlement begins with what names an invoice: of such a pair nothing is left, and whatever else the customer owes and has
/// paid is settled as if neither were there. So whoever asks for what is open need not look at these, which are half of all
/// invoices of most books.
#[derive(Debug)]
pub(super) struct InFull(Vec<Named>);

impl InFull {
    /// None, for whoever asks for all.
    pub(super) const NONE: InFull = InFull(Vec::new());

    /// Those of the books.
    pub(super) fn of(books: &Books) -> InFull {
        let mut in_full = InFull(books.credits.named().to_vec());
        // What a payment of several invoices has left over may be refunded, and it says which these are.
        let bundles: HashSet<Designation> = books.credits.bundles().collect();
        let bundled = bundles.into_iter().flat_map(|names| books.bundles.invoices(names));
        // More may be in dispute of an invoice than is open of it.
        bundled.chain(books.disputes.invoices()).for_each(|invoice| in_full.rule_out(invoice));
        // That a customer is not on file is said of its account, be anything open or not.
        if books.has_strangers() {
            let is_strangers =
                |&invoice: &Id<Invoice>| books.is_stranger(books.customer(books.invoices.customer(invoice)));
            books.invoices.all().filter(is_strangers).for_each(|invoice| in_full.rule_out(invoice));
        }
        in_full
    }

    fn rule_out(&mut self, invoice: Id<Invoice>) {
        self.0[invoice.index()] = Named::Otherwise;
    }

    /// Whether an invoice is one of them.
    #[inline]
    pub(super) fn has(&self, invoice: Id<Invoice>) -> bool {
        self.0.get(invoice.index()) == Some(&Named::InFull)
    }

    /// Whether a credit that names this is the one that settles one of them.
    #[inline]
    pub(super) fn is_settled_by(&self, names: Designation) -> bool {
        matches!(names, Designation::Invoice(invoice) if self.has(invoice))
    }
}
