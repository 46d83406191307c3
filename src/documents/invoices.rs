//! The lines of an invoice gathered: its one date, customer and kind, its totals, and whether it is red.

mod gross;
mod heads;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

pub use heads::Billed;
use heads::Heads;

use super::customers::Customers;
use super::identities::{Identities, SEPARATOR, State, joined};
use super::invoice::{Burden, InvoiceKind, InvoiceLine, InvoiceRow, Reversal, is_digital};
use crate::calendar::AsOf;
use crate::diagnostic::Problem;
use crate::eights::are_equal;
use crate::ids::{Approached, CustomerKey, Id, IdText, Ids, Invoice, Label, Names, SortKey};
use crate::input::{FastMap, InputError, Intake, Place, Reason, Verdict};
use crate::memory::are_far_apart;
use crate::money::{Money, Quantity, Sums};

/// What all rows of an invoice agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvoiceHead {
    /// The day of issue.
    pub date: NaiveDate,
    /// Who is billed.
    pub customer: Id<CustomerKey>,
    /// The kind, where any row says so.
    pub stated: Option<InvoiceKind>,
    /// How far its rows mark it as reversed (已红冲).
    pub reversal: Reversal,
    /// Whether a row marks it as irregular (失控, 异常).
    pub marked_irregular: bool,
    /// Its own due date.
    pub due_date: Option<NaiveDate>,
    /// The currency.
    pub currency: Id<Label>,
}

impl InvoiceHead {
    /// What a row says of its invoice.
    #[inline(always)]
    fn of(row: &InvoiceRow<'_>, customer: Id<CustomerKey>, currency: Id<Label>) -> InvoiceHead {
        InvoiceHead {
            date: row.date,
            customer,
            stated: row.kind,
            reversal: row.reversal,
            marked_irregular: row.is_marked_irregular(),
            due_date: row.due_date,
            currency,
        }
    }
}

/// How an invoice's rows count, once all of them are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Blue, or red.
    pub kind: InvoiceKind,
    /// Whether its money counts with the other sign: a red one whose export states positive amounts.
    pub negate_money: bool,
    /// Whether its quantities count with the other sign.
    pub negate_quantity: bool,
}

impl Standing {
    /// The amount as it counts.
    pub fn money(self, amount: Money) -> Money {
        if self.negate_money { -amount } else { amount }
    }

    /// The quantity as it counts.
    pub fn quantity(self, quantity: Quantity) -> Quantity {
        if self.negate_quantity { -quantity } else { quantity }
    }
}

/// Why a red invoice does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Absence {
    /// It is void.
    Void,
    /// It is dated after the as-of date, on this day.
    Later(NaiveDate),
}

/// Why a name means no invoice that a payment, a red invoice or a dispute could be about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unnamed {
    /// There is none of that name: it is absent, void, or dated after the as-of date.
    Absent,
    /// It is of this customer.
    OtherCustomer(String),
    /// It is in this currency.
    OtherCurrency(String),
    /// It is red, or bills nothing.
    Red,
    /// There are several.
    Several,
    /// The customer that is named is not in the books.
    NoSuchCustomer,
}

/// A red invoice that does not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AbsentRed {
    /// Why.
    pub absence: Absence,
    /// Its number.
    pub number: String,
    /// Whose.
    customer: Box<[u8]>,
    /// The invoice that it takes back.
    original: Vec<u8>,
}

/// A blue invoice that is marked as reversed, and is not, or not as far as it is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReversalMissing {
    /// The invoice.
    pub invoice: Id<Invoice>,
    /// What is marked as reversed and not taken back; `None` where the mark does not say how much.
    pub amount: Option<Money>,
    /// What red invoices take back of it; `None` where none names it.
    pub taken_back: Option<Money>,
}

/// A void invoice: whose, and its money.
#[derive(Clone, Debug)]
pub struct VoidInvoice {
    /// Its number.
    pub number: String,
    /// Whose.
    pub customer: String,
    /// The money of its rows.
    pub amount: Money,
}

/// All invoices that are not void and not dated after the as-of date.
#[derive(Debug, Default)]
pub struct Invoices {
    own_currency: String,
    last_currency: Option<(String, Id<Label>)>,
    identities: Identities,
    ids: Ids<Invoice>,
    heads: Heads,
    /// The invoice that an invoice takes back, where its rows name one: a number, or code and number in one.
    originals: FastMap<Id<Invoice>, Id<Label>>,
    /// The header of the row that was taken last, how far that is marked as reversed, and its invoice: kept where it says no
    /// more of it.
    last: Option<(Place, Reversal, Id<Invoice>)>,
    /// `None` where nobody asks how quantities count.
    quantity: Option<Sums<Quantity>>,
    /// Originals, and currencies.
    pub labels: Names<Label>,
    /// Invoices with a code, by their number alone and by code and number in one.
    coded: HashMap<Vec<u8>, Vec<Id<Invoice>>>,
    /// Totals of whole invoices that were stated beside their lines.
    stated_totals: BTreeMap<Id<Invoice>, Vec<Money>>,
    /// The money of rows that name a fully digital invoice by its code and number alone.
    paper_rows: BTreeMap<Id<Invoice>, Money>,
    void_digital: BTreeMap<Vec<u8>, VoidInvoice>,
    /// Customer, number and day of the invoices that were voided on a day that is known.
    voided: BTreeSet<(String, String, NaiveDate)>,
    absent_reds: Vec<AbsentRed>,
    /// Of invoices that state any.
    burdens: HashMap<Id<Invoice>, Burden>,
}

impl Invoices {
    /// None yet. What must be known of all of them beforehand is looked up in the files.
    pub fn new(intake: &Intake<'_>) -> Result<Invoices, InputError> {
        Ok(Invoices {
            own_currency: intake.policy.input.currency.clone(),
            identities: Identities::read(intake)?,
            quantity: Some(Sums::default()),
            ..Invoices::default()
        })
    }

    /// Prepares for so many, or about as many. There are none yet.
    pub fn expect(&mut self, count: usize) {
        self.ids.expect(count);
        self.heads.expect(count);
        self.quantity = self.quantity.as_ref().map(|_| Sums::with_capacity(count));
    }

    /// Prepares for many being sought, now that all are known.
    pub fn index(&mut self) {
        self.ids.index();
    }

    /// Whether anybody asks how quantities count, so that [all that rows bill](Invoices::take_billed) must be taken.
    pub const fn count_quantities(&self) -> bool {
        self.quantity.is_some()
    }

    /// Whoever reads them asks how their money counts, and never how their quantities do.
    pub fn count_money_alone(&mut self) {
        self.quantity = None;
    }

    /// Takes a row; `Err` says what becomes of one that does not count. All rows of an invoice must agree.
    #[inline(always)]
    pub fn take(
        &mut self,
        row: &InvoiceRow<'_>,
        number: Approached,
        customers: &mut Customers,
        as_of: AsOf,
    ) -> Result<Id<Invoice>, Verdict> {
        // In most books no invoice has a code.
        if let Some(invoice) = self.goes_on(row) {
            self.add_amounts(invoice, row);
            Ok(invoice)
        } else if row.code.is_empty() {
            self.take_as(row, (row.number, number), customers, as_of)
        } else {
            self.take_coded(row, number, customers, as_of)
        }
    }

    /// The invoice of the row that was taken last, where this one says the same of it.
    #[inline(always)]
    fn goes_on(&self, row: &InvoiceRow<'_>) -> Option<Id<Invoice>> {
        let (at, reversal, invoice) = self.last?;
        let says_the_same = (at, reversal) == (row.at, row.reversal) && row.named_original.is_nowhere();
        says_the_same.then_some(invoice)
    }

    #[inline(never)]
    fn take_coded(
        &mut self,
        row: &InvoiceRow<'_>,
        number: Approached,
        customers: &mut Customers,
        as_of: AsOf,
    ) -> Result<Id<Invoice>, Verdict> {
        let key = self.identities.key(row.code, row.number);
        self.take_as(row, (&key, number), customers, as_of)
    }

    /// The same, where the invoice has this identity.
    #[inline(always)]
    fn take_as(
        &mut self,
        row: &InvoiceRow<'_>,
        (key, number): (&[u8], Approached),
        customers: &mut Customers,
        as_of: AsOf,
    ) -> Result<Id<Invoice>, Verdict> {
        if let Some(state) = self.identities.superseding(row) {
            let counts = state != State::Void && as_of.includes(row.date);
            return Err(self.supersede(counts, (row, key), customers));
        }
        if row.void.holds(as_of) || !as_of.includes(row.date) {
            return Err(self.leave_out((row, key), as_of));
        }
        let customer = customers.number(row.customer_id);
        let id = self
            .enter(row, (key, number), customer, customers)
            .map_err(|(column, problem)| Verdict::Refused(column, problem, None))?;
        if row.is_whole && self.identities.stands_by_line(key) {
            self.note_total(id, row.gross());
            return Err(Verdict::LeftOut(Reason::StandsByLine));
        }
        if !row.code.is_empty() {
            if is_digital(key) {
                *self.paper_rows.entry(id).or_default() += row.gross();
            }
        } else if row.named_original.is_nowhere() && !row.is_whole {
            self.last = Some((row.at, row.reversal, id));
        }
        self.add_amounts(id, row);
        Ok(id)
    }

    /// Adds the amounts of a row that counts.
    #[inline(always)]
    fn add_amounts(&mut self, id: Id<Invoice>, row: &InvoiceRow<'_>) {
        if let Some(total) = row.invoice_total {
            self.note_total(id, total.into());
        }
        if row.burden != Burden::default() {
            let burden = self.burdens.entry(id).or_default();
            burden.secured = burden.secured.max(row.burden.secured);
            burden.interest_rate = burden.interest_rate.max(row.burden.interest_rate);
        }
        self.heads.add(id, row.gross());
    }

    /// Takes what a row bills of its invoice, which was [taken](Invoices::take).
    #[inline(always)]
    pub fn take_billed(&mut self, id: Id<Invoice>, line: &InvoiceLine<'_>) {
        if let (Some(sums), Some(quantity)) = (&mut self.quantity, line.quantity) {
            sums.add(id.index(), quantity);
        }
    }

    /// The verdict on a row that is void or later than the as-of date.
    #[inline(never)]
    fn leave_out(&mut self, (row, key): (&InvoiceRow<'_>, &[u8]), as_of: AsOf) -> Verdict {
        let is_later = !as_of.includes(row.date);
        if row.void.holds(as_of) {
            if !is_later {
                self.note_void(row, key);
            }
            return Verdict::LeftOut(Reason::Void);
        }
        self.note_absent(row, Absence::Later(row.date));
        Verdict::LeftOut(Reason::AfterAsOf)
    }

    /// The verdict on a row that counts from another file: what else it says of an invoice that counts must agree with that
    /// one.
    #[inline(never)]
    fn supersede(
        &mut self,
        counts: bool,
        (row, key): (&InvoiceRow<'_>, &[u8]),
        customers: &mut Customers,
    ) -> Verdict {
        if counts {
            let customer = customers.number(row.customer_id);
            if let Err((column, problem)) = self.enter(row, (key, Approached::NOTHING), customer, customers) {
                return Verdict::Refused(column, problem, None);
            }
        }
        Verdict::LeftOut(Reason::Superseded)
    }

    /// Brings near what is known of these rows' invoices, so far as their numbers alone say which they are, and notes beside
    /// each row what is found out of its number.
    pub fn approach<'r>(&mut self, rows: impl Iterator<Item = (&'r InvoiceRow<'r>, &'r mut Approached)>) {
        let without_code = rows.filter(|(row, _)| row.code.is_empty());
        let likely = self.ids.approach_texts(without_code.map(|(row, number)| (row.number, number)));
        self.heads.approach(likely.iter().copied());
        if let Some(quantity) = &self.quantity {
            quantity.approach(likely.iter().map(|id| id.index()));
        }
    }

    /// Enters what the row says of its invoice, without its amounts. `Err` names the column that contradicts an
    /// earlier row, and how.
    #[inline(always)]
    fn enter(
        &mut self,
        row: &InvoiceRow<'_>,
        (key, number): (&[u8], Approached),
        customer: Id<CustomerKey>,
        customers: &Customers,
    ) -> Result<Id<Invoice>, (&'static str, Problem)> {
        if let Some((code, number)) = row.paper {
            self.agree_on_identity(row.number, &joined(code, number))?;
        }
        // Most take nothing back.
        let original = if row.named_original.is_nowhere() { None } else { self.original_no(row) };
        let currency = self.currency(row.currency);
        let (id, is_new) = self.ids.intern_approached(key, number);
        if is_new {
            self.begin(id, (row, key), (customer, currency), original);
        } else if original.is_some() || !self.heads.are_known(id, InvoiceHead::of(row, customer, currency)) {
            self.agree(id, &InvoiceHead::of(row, customer, currency), original, customers)?;
        }
        Ok(id)
    }

    /// Enters a new invoice as its first row states it.
    #[inline(never)]
    fn begin(
        &mut self,
        id: Id<Invoice>,
        (row, key): (&InvoiceRow<'_>, &[u8]),
        (customer, currency): (Id<CustomerKey>, Id<Label>),
        original: Option<Id<Label>>,
    ) {
        self.heads.push(&InvoiceHead::of(row, customer, currency));
        if let Some(original) = original {
            self.originals.insert(id, original);
        }
        if let Some(sums) = &mut self.quantity {
            sums.push_zero();
        }
        if !row.code.is_empty() || self.identities.know_papers() {
            self.note_names(id, row.code, key);
        }
    }

    /// Notes by which other names than its identity a new invoice is known.
    #[inline(never)]
    fn note_names(&mut self, id: Id<Invoice>, code: &[u8], key: &[u8]) {
        // The identity of an invoice without a code is its number, in which nothing separates anything.
        let own = Some(key).filter(|_| !code.is_empty());
        let paper = self.identities.paper_of(key).or(own).unwrap_or_default();
        if let Some(at) = paper.iter().position(|&byte| byte == SEPARATOR) {
            let (code, number) = (&paper[..at], &paper[at + 1..]);
            for name in [number.to_vec(), [code, number].concat()] {
                self.coded.entry(name).or_default().push(id);
            }
        }
    }

    /// The number of a currency; that of what the last row said is known.
    #[inline(always)]
    fn currency(&mut self, written: &str) -> Id<Label> {
        match &self.last_currency {
            // Most files name none.
            Some((last, currency)) if last.is_empty() && written.is_empty() => *currency,
            Some((last, currency)) if are_equal(last.as_bytes(), written.as_bytes()) => *currency,
            _ => self.another_currency(written),
        }
    }

    #[inline(never)]
    fn another_currency(&mut self, written: &str) -> Id<Label> {
        let code = super::currency_code(written, &self.own_currency);
        let currency = self.labels.intern(code.as_bytes());
        self.last_currency = Some((written.to_owned(), currency));
        currency
    }

    /// The 20 digits of an invoice and its code and number must belong together in all rows.
    fn agree_on_identity(&self, digits: &[u8], paper: &[u8]) -> Result<(), (&'static str, Problem)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(SEPARATOR as char, " ");
        let conflict = |of: &[u8], before: &[u8], here: &[u8]| {
            Err(("invoice_no", Problem::InvoiceConflict(text(of), text(before), text(here))))
        };
        if let Some(before) = self.identities.paper_of(digits).filter(|&before| before != paper) {
            return conflict(digits, before, paper);
        }
        if let Some(before) = self.identities.digits_of(paper).filter(|&before| before != digits) {
            return conflict(paper, before, digits);
        }
        Ok(())
    }

    /// The identity of the invoice that the row takes back.
    fn original(&self, row: &InvoiceRow<'_>) -> Option<Vec<u8>> {
        let named = if row.named_original.is_nowhere() { None } else { row.original() };
        named.map(|named| self.identities.key(&named.code, &named.number))
    }

    #[inline(never)]
    fn original_no(&mut self, row: &InvoiceRow<'_>) -> Option<Id<Label>> {
        self.original(row).map(|original| self.labels.intern(&original))
    }

    #[inline(never)]
    fn note_total(&mut self, id: Id<Invoice>, total: Money) {
        let totals = self.stated_totals.entry(id).or_default();
        if !totals.contains(&total) {
            totals.push(total);
        }
    }

    /// Keeps a void row where a person should know of it: a fully digital invoice can't be void, unless it is printed
    /// on paper; and a void red invoice takes nothing back.
    #[inline(never)]
    fn note_void(&mut self, row: &InvoiceRow<'_>, key: &[u8]) {
        if let Some(day) = row.void.day() {
            let [customer, number] =
                [row.customer_id.id(), row.number].map(|text| String::from_utf8_lossy(text).into_owned());
            self.voided.insert((customer, number, day));
        }
        if is_digital(key) && row.paper.is_none() && self.identities.paper_of(key).is_none() {
            let void = self.void_digital.entry(key.to_vec()).or_insert_with(|| VoidInvoice {
                number: String::from_utf8_lossy(row.number).into_owned(),
                customer: String::from_utf8_lossy(&row.customer_id).into_owned(),
                amount: Money::ZERO,
            });
            if !row.is_whole || !self.identities.stands_by_line(key) {
                void.amount += row.gross();
            }
        }
        self.note_absent(row, Absence::Void);
    }

    /// Keeps a red invoice that does not count, for the blue one that it names.
    #[inline(never)]
    fn note_absent(&mut self, row: &InvoiceRow<'_>, absence: Absence) {
        let is_red = row.kind != Some(InvoiceKind::Blue);
        if let Some(original) = self.original(row).filter(|_| is_red) {
            self.absent_reds.push(AbsentRed {
                absence,
                number: String::from_utf8_lossy(row.number).into_owned(),
                customer: row.customer_id.id().into(),
                original,
            });
        }
    }

    /// Compares a further row with what is known of the invoice, and fills in what only it says.
    #[inline(never)]
    fn agree(
        &mut self,
        id: Id<Invoice>,
        row: &InvoiceHead,
        original: Option<Id<Label>>,
        customers: &Customers,
    ) -> Result<(), (&'static str, Problem)> {
        let ids = &self.ids;
        let conflict = |column: &'static str, before: String, here: String| {
            Err((column, Problem::InvoiceConflict(number_in(ids.text(id)).to_string(), before, here)))
        };
        let labels = &self.labels;
        // A row that contradicts the others leaves nothing behind: what it adds counts only when all of it agrees.
        let mut head = self.heads.get(id);
        if head.date != row.date {
            return conflict("invoice_date", head.date.to_string(), row.date.to_string());
        }
        if head.customer != row.customer {
            return conflict(
                "customer_id",
                customers.text(head.customer).to_owned(),
                customers.text(row.customer).to_owned(),
            );
        }
        if head.currency != row.currency {
            return conflict(
                "currency",
                labels.text(head.currency).to_owned(),
                labels.text(row.currency).to_owned(),
            );
        }
        match (head.stated, row.stated) {
            (Some(one), Some(other)) if one != other => {
                let word =
                    |kind| if kind == InvoiceKind::Blue { "blue (蓝字)" } else { "red (红字)" }.to_owned();
                return conflict("kind", word(one), word(other));
            }
            (None, stated) => head.stated = stated,
            _ => {}
        }
        let known = self.originals.get(&id).copied();
        let original = match (known, original) {
            (Some(one), Some(other)) => {
                let Some(original) = same_original(labels, &self.identities, one, other) else {
                    let text = |label| labels.text(label).replace(SEPARATOR as char, " ");
                    return conflict("original_invoice_no", text(one), text(other));
                };
                Some(original)
            }
            (known, original) => known.or(original),
        };
        match (head.due_date, row.due_date) {
            (Some(one), Some(other)) if one != other => {
                return conflict("due_date", one.to_string(), other.to_string());
            }
            (None, due_date) => head.due_date = due_date,
            _ => {}
        }
        head.reversal = head.reversal.max(row.reversal);
        head.marked_irregular |= row.marked_irregular;
        if head != self.heads.get(id) {
            self.heads.set(id, &head);
        }
        if original != known {
            self.originals.extend(original.map(|original| (id, original)));
        }
        Ok(())
    }

    /// How the invoice counts. It is red by its kind, or when its total is negative; the money of a red one whose
    /// total is positive is negated, and likewise its quantities.
    #[inline]
    pub fn standing(&self, id: Id<Invoice>) -> Standing {
        self.standing_at(id, self.heads.gross(id))
    }

    /// Brings near what these invoices come to, and of which kind they are.
    pub fn approach_totals(&self, ids: impl Iterator<Item = Id<Invoice>> + Clone) {
        if are_far_apart(ids.clone().map(Id::index)) {
            self.heads.approach(ids);
        }
    }

    /// How the invoice stands at this gross total.
    #[inline]
    fn standing_at(&self, id: Id<Invoice>, gross: Money) -> Standing {
        let red = self.is_red(id, gross);
        let is_positive = |sums: &Sums<Quantity>| sums.get(id.index()).is_positive();
        Standing {
            kind: if red { InvoiceKind::Red } else { InvoiceKind::Blue },
            negate_money: red && gross.is_positive(),
            negate_quantity: red && self.quantity.as_ref().is_some_and(is_positive),
        }
    }

    /// The invoice's total, as it counts: negative for a red one.
    #[inline]
    pub fn total(&self, id: Id<Invoice>) -> Money {
        self.kind_and_total(id).1
    }

    #[inline]
    fn is_red(&self, id: Id<Invoice>, gross: Money) -> bool {
        is_red_at(gross, self.heads.stated(id))
    }

    /// Whether it is blue or red, and its total as it counts.
    #[inline(always)]
    pub fn kind_and_total(&self, id: Id<Invoice>) -> (InvoiceKind, Money) {
        let gross = self.heads.gross(id);
        // The money of a blue one counts as it stands.
        if self.is_red(id, gross) { self.kind_and_total_at(id, gross) } else { (InvoiceKind::Blue, gross) }
    }

    #[cold]
    fn kind_and_total_at(&self, id: Id<Invoice>, gross: Money) -> (InvoiceKind, Money) {
        let standing = self.standing_at(id, gross);
        (standing.kind, standing.money(gross))
    }

    /// What its rows agree on.
    #[inline]
    pub fn head(&self, id: Id<Invoice>) -> InvoiceHead {
        self.heads.get(id)
    }

    /// Who is billed.
    #[inline]
    pub fn customer(&self, id: Id<Invoice>) -> Id<CustomerKey> {
        self.heads.customer(id)
    }

    /// An invoice with what is kept of it.
    #[inline]
    pub fn billed(&self, id: Id<Invoice>) -> Billed {
        self.heads.billed(id)
    }

    /// Of such an invoice what its rows agree on, where it is this customer's, and its total; `None` where it is red.
    #[inline]
    pub fn blue(&self, billed: Billed, customer: Id<CustomerKey>) -> Option<(InvoiceHead, Money)> {
        let (head, gross) = self.heads.head_and_gross(billed, customer);
        // The money of a blue one counts as it stands.
        (!is_red_at(gross, head.stated)).then_some((head, gross))
    }

    /// Who is billed, and how much.
    #[inline]
    pub fn bill(&self, id: Id<Invoice>) -> (Id<CustomerKey>, Money) {
        (self.customer(id), self.total(id))
    }

    /// What it weighs on the debtor; of several rows that say so the most.
    pub fn burden(&self, id: Id<Invoice>) -> Burden {
        self.burdens.get(&id).copied().unwrap_or_default()
    }

    /// Whether any invoice says what it weighs on the debtor.
    pub fn states_burdens(&self) -> bool {
        !self.burdens.is_empty()
    }

    /// The invoice that a red one names. One called blue that is red by its total names none.
    pub fn original_named(&self, id: Id<Invoice>) -> Option<&[u8]> {
        let may_name = self.head(id).stated != Some(InvoiceKind::Blue);
        self.originals.get(&id).filter(|_| may_name).map(|&original| self.labels.bytes(original))
    }

    /// Whether a red invoice names the one that it takes back.
    pub fn names_original(&self, id: Id<Invoice>) -> bool {
        self.original_named(id).is_some()
    }

    /// The invoice that a payment or a red invoice of this customer and currency names, by its number or by code and
    /// number in one: the only blue one of that name with money to settle.
    pub fn named(&self, name: &[u8], customer: Id<CustomerKey>, currency: &str) -> Option<Id<Invoice>> {
        self.named_ahead(name, self.ids.find(name), customer, currency)
    }

    /// Why [`Invoices::named`] finds none; `customer` and `currency` are not looked at where they are not given.
    pub fn why_unnamed(
        &self,
        name: &[u8],
        customer: Option<Id<CustomerKey>>,
        currency: Option<&str>,
        customers: &Customers,
    ) -> Unnamed {
        let blue: Vec<Id<Invoice>> = self.with_name(name).filter(|&id| self.is_open_able(id)).collect();
        let Some(&first) = blue.first() else {
            return if self.with_name(name).next().is_some() { Unnamed::Red } else { Unnamed::Absent };
        };
        let is_customers = |id: &&Id<Invoice>| customer.is_none_or(|own| self.head(**id).customer == own);
        let Some(&own) = blue.iter().find(is_customers) else {
            return Unnamed::OtherCustomer(customers.text(self.head(first).customer).to_owned());
        };
        let of_own = self.labels.text(self.head(own).currency);
        match currency {
            Some(currency) if blue.len() == 1 && of_own != currency => {
                Unnamed::OtherCurrency(of_own.to_owned())
            }
            Some(_) | None => Unnamed::Several,
        }
    }

    /// The blue invoice with money to settle that a dispute or an extension names: the only one of that name, of this
    /// customer where one is given.
    pub fn blue_named(&self, name: &[u8], customer: Option<Id<CustomerKey>>) -> Option<Id<Invoice>> {
        self.only_open_able(name, self.ids.find(name), |invoice| {
            customer.is_none_or(|customer| self.customer(invoice) == customer)
        })
    }

    /// The only blue invoice of this name with money to settle that is as asked for.
    #[inline]
    fn only_open_able(
        &self,
        name: &[u8],
        found: Option<Id<Invoice>>,
        is_meant: impl Fn(Id<Invoice>) -> bool,
    ) -> Option<Id<Invoice>> {
        if name.is_empty() {
            return None;
        }
        let is_meant = |invoice: &Id<Invoice>| self.is_open_able(*invoice) && is_meant(*invoice);
        let by_identity = self.with_identity(name, found).filter(is_meant);
        let coded = self.coded(name);
        if coded.is_empty() {
            return by_identity;
        }
        let mut coded = coded.iter().copied().filter(is_meant);
        let only = by_identity.or_else(|| coded.next())?;
        coded.next().is_none().then_some(only)
    }

    /// Whether it is blue and bills money.
    #[inline]
    fn is_open_able(&self, invoice: Id<Invoice>) -> bool {
        let (kind, total) = self.kind_and_total(invoice);
        kind == InvoiceKind::Blue && total.is_positive()
    }

    /// The invoices with exactly these identities, looked up many at a time, and what is known of them brought near.
    pub fn find_all<'t>(&self, names: impl Iterator<Item = &'t [u8]>) -> Vec<Option<Id<Invoice>>> {
        let found = self.ids.find_all(names);
        self.approach_heads(found.iter().copied().flatten());
        found
    }

    /// Brings near the heads and the totals of these invoices.
    pub fn approach_heads(&self, ids: impl Iterator<Item = Id<Invoice>>) {
        self.heads.approach(ids);
    }

    /// The same as [`Invoices::named`], where the invoice with exactly this identity was looked up ahead.
    pub fn named_ahead(
        &self,
        name: &[u8],
        found: Option<Id<Invoice>>,
        customer: Id<CustomerKey>,
        currency: &str,
    ) -> Option<Id<Invoice>> {
        self.only_open_able(name, found, |invoice| {
            let is_in = |code: Id<Label>| are_equal(self.labels.bytes(code), currency.as_bytes());
            self.customer(invoice) == customer && is_in(self.heads.currency(invoice))
        })
    }

    /// The blue invoice that a red one takes back, where it is in the books.
    pub fn original_of(&self, red: Id<Invoice>) -> Option<Id<Invoice>> {
        let head = self.head(red);
        self.named(self.original_named(red)?, head.customer, self.labels.text(head.currency))
    }

    /// The same of many red ones, looked up together.
    pub fn originals_of(&self, reds: &[Id<Invoice>]) -> Vec<Option<Id<Invoice>>> {
        let names = reds.iter().map(|&red| self.original_named(red).unwrap_or_default());
        let found = self.find_all(names.clone()).into_iter();
        let original = |((&red, name), found)| {
            let head = self.head(red);
            self.named_ahead(name, found, head.customer, self.labels.text(head.currency))
        };
        reds.iter().zip(names).zip(found).map(original).collect()
    }

    /// Blue invoices that are marked as reversed while red ones that name them take back less: nothing at all, or where
    /// the mark says so, less than the whole.
    pub fn reversals_missing(&self) -> Vec<ReversalMissing> {
        if !self.heads.may_any(|head| head.reversal != Reversal::None) {
            return Vec::new();
        }
        let is_red = |&id: &Id<Invoice>| self.standing(id).kind == InvoiceKind::Red;
        let mut taken_back: HashMap<Id<Invoice>, Money> = HashMap::new();
        for red in self.all().filter(is_red) {
            if let Some(original) = self.original_of(red) {
                *taken_back.entry(original).or_default() -= self.total(red);
            }
        }
        let marked = self.all().filter(|id| self.head(*id).reversal != Reversal::None && !is_red(id));
        let missing = marked.filter_map(|invoice| {
            let taken_back = taken_back.get(&invoice).copied();
            let missing = self.total(invoice) - taken_back.unwrap_or_default();
            let amount = match (self.head(invoice).reversal, taken_back) {
                (Reversal::Full, _) if missing.is_positive() => Some(missing),
                (Reversal::Unsaid, None) => Some(missing),
                (Reversal::Part, None) => None,
                _ => return None,
            };
            Some(ReversalMissing { invoice, amount, taken_back })
        });
        missing.collect()
    }

    /// Invoices that a row marks as irregular (失控, 异常).
    pub fn irregular(&self) -> impl Iterator<Item = Id<Invoice>> + '_ {
        let all = self.heads.may_any(|head| head.marked_irregular).then(|| self.all());
        all.into_iter().flatten().filter(|&id| self.head(id).marked_irregular)
    }

    /// The red invoice that names this one and does not count, where there is one.
    pub fn absent_red(&self, id: Id<Invoice>, customer: &[u8]) -> Option<&AbsentRed> {
        let names_it = |red: &&AbsentRed| {
            *red.customer == *customer && self.with_name(&red.original).any(|named| named == id)
        };
        self.absent_reds.iter().filter(names_it).min()
    }

    /// Number and day of a customer's invoices that were voided on a day that is known.
    pub fn voided_of(&self, customer_id: &str) -> impl Iterator<Item = (&str, NaiveDate)> {
        let from = (customer_id.to_owned(), String::new(), NaiveDate::MIN);
        let after = self.voided.range(from..).take_while(move |(customer, ..)| customer == customer_id);
        after.map(|(_, number, day)| (number.as_str(), *day))
    }

    /// Fully digital invoices that are void.
    pub fn void_digital(&self) -> impl Iterator<Item = &VoidInvoice> {
        self.void_digital.values()
    }

    /// Invoices of which a stated total is not the sum of their lines: the total as it counts.
    pub fn wrong_totals(&self) -> impl Iterator<Item = (Id<Invoice>, Money)> + '_ {
        self.stated_totals.iter().filter_map(|(&id, totals)| {
            let is_red = self.standing(id).kind == InvoiceKind::Red;
            let as_it_counts = |total: &Money| if is_red && total.is_positive() { -*total } else { *total };
            let total = totals.iter().map(as_it_counts).filter(|&total| total != self.total(id)).min()?;
            Some((id, total))
        })
    }

    /// Fully digital invoices with rows under their 20 digits and rows under code and number alone: the money of the
    /// latter, as it counts.
    pub fn under_both_names(&self) -> impl Iterator<Item = (Id<Invoice>, Money)> + '_ {
        let rows = self.paper_rows.iter().map(|(&id, &money)| (id, money));
        rows.filter(|&(id, money)| money != self.heads.gross(id))
            .map(|(id, money)| (id, self.standing(id).money(money)))
    }

    /// The one identity of the invoice of this code and number, however a document names it.
    pub fn key<'a>(&self, code: &[u8], number: &'a [u8]) -> Cow<'a, [u8]> {
        if code.is_empty() { Cow::Borrowed(number) } else { Cow::Owned(self.identities.key(code, number)) }
    }

    /// The invoice of a row, where it counts.
    pub fn of_row(&self, row: &InvoiceRow<'_>) -> Option<Id<Invoice>> {
        self.ids.find(&self.key(row.code, row.number))
    }

    /// The invoice that is `id` among others: the same books, read once more.
    pub fn counterpart(&self, others: &Invoices, id: Id<Invoice>) -> Option<Id<Invoice>> {
        self.ids.find(others.ids.text(id).as_bytes())
    }

    /// Whether the row is a whole invoice that counts from another file: by its lines, or from another export.
    pub fn counts_elsewhere(&self, row: &InvoiceRow<'_>) -> bool {
        let by_line = || self.identities.stands_by_line(&self.key(row.code, row.number));
        row.is_whole && (by_line() || self.identities.superseding(row).is_some())
    }

    /// The number by which reports name the invoice of a row.
    pub fn shown_number(&self, row: &InvoiceRow<'_>) -> String {
        self.of_row(row).map_or_else(
            || String::from_utf8_lossy(row.number).into_owned(),
            |id| self.number(id).to_string(),
        )
    }

    /// The invoice's number, without its code.
    pub fn number(&self, id: Id<Invoice>) -> IdText<'_> {
        number_in(self.ids.text(id))
    }

    /// The number of the invoice with this key.
    pub fn number_of_key(&self, key: SortKey) -> IdText<'_> {
        number_in(self.ids.text_of_key(key))
    }

    /// Gives back the memory by which invoices are found: from here on none is known by its number.
    pub fn forget_how_to_find(&mut self) {
        self.ids.forget_how_to_find();
    }

    /// How two invoices sort: by number, then by code, so that nothing hangs on the order of their rows.
    pub fn order(&self, one: Id<Invoice>, other: Id<Invoice>) -> std::cmp::Ordering {
        self.order_keys(self.sort_key(one), self.sort_key(other))
    }

    /// What an invoice is sorted by: whoever compares one with many reads it once.
    #[inline]
    pub fn sort_key(&self, id: Id<Invoice>) -> SortKey {
        self.ids.sort_key(id)
    }

    /// How two invoices with these keys sort: as [`Invoices::order`] says.
    #[inline]
    pub fn order_keys(&self, one: SortKey, other: SortKey) -> std::cmp::Ordering {
        let number = |key| self.number_of_key(key);
        let by_number = || number(one).as_bytes().cmp(number(other).as_bytes());
        let order = || by_number().then_with(|| self.ids.order_keys(one, other));
        one.order_alike(other).unwrap_or_else(order)
    }

    /// The invoices that a person calls so: by their number, or by code and number in one.
    pub fn called<'a>(&'a self, name: &'a [u8]) -> impl Iterator<Item = Id<Invoice>> + 'a {
        self.with_name(name)
    }

    /// The invoices of this name: code and number in one, 20 digits, or a number, whatever the code. Where a code is
    /// named, an invoice of that number without any code is meant too, and none with another code.
    fn with_name<'a>(&'a self, name: &'a [u8]) -> impl Iterator<Item = Id<Invoice>> + 'a {
        self.with_name_ahead(name, self.ids.find(name))
    }

    fn with_name_ahead<'a>(
        &'a self,
        name: &'a [u8],
        found: Option<Id<Invoice>>,
    ) -> impl Iterator<Item = Id<Invoice>> + 'a {
        self.with_identity(name, found).into_iter().chain(self.coded(name).iter().copied())
    }

    /// The invoice with this identity, which `found` is where there is one; else that of its number without any code.
    #[inline]
    fn with_identity(&self, name: &[u8], found: Option<Id<Invoice>>) -> Option<Id<Invoice>> {
        let number = || name.iter().position(|&byte| byte == SEPARATOR).map(|at| &name[at + 1..]);
        found.or_else(|| number().and_then(|number| self.ids.find(number)))
    }

    /// The invoices with a code that have this number, or this code and number in one.
    #[inline]
    fn coded(&self, name: &[u8]) -> &[Id<Invoice>] {
        // In most books no invoice has a code.
        let coded = Some(&self.coded).filter(|coded| !coded.is_empty());
        coded.and_then(|coded| coded.get(name)).map_or(&[], Vec::as_slice)
    }

    /// All invoices, in the order of their first rows.
    pub fn all(&self) -> impl Iterator<Item = Id<Invoice>> + Clone + use<> {
        self.ids.all()
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.heads.len() == 0
    }
}

/// The number in an invoice's identity.
fn number_in(text: IdText<'_>) -> IdText<'_> {
    // Most have no code.
    if !text.as_bytes().contains(&SEPARATOR) {
        return text;
    }
    let separator = text.as_bytes().iter().rposition(|&byte| byte == SEPARATOR);
    text.behind(separator.map_or(0, |at| at + 1))
}

/// The surer of two names of the invoice that a red one takes back, where they may mean the same: a number alone and
/// one with its code, or with the 20 digits that belong to it.
fn same_original(
    labels: &Names<Label>,
    identities: &Identities,
    one: Id<Label>,
    other: Id<Label>,
) -> Option<Id<Label>> {
    if one == other {
        return Some(one);
    }
    let is_part_of = |part: Id<Label>, whole: Id<Label>| {
        let (part, whole) = (labels.bytes(part), labels.bytes(whole));
        let whole = identities.paper_of(whole).unwrap_or(whole);
        let at = whole.iter().position(|&byte| byte == SEPARATOR)?;
        let (code, number) = (&whole[..at], &whole[at + 1..]);
        (part == number || part == [code, number].concat()).then_some(())
    };
    is_part_of(one, other).map(|()| other).or_else(|| is_part_of(other, one).map(|()| one))
}

/// Whether an invoice of this gross total is red, which its rows may say.
#[inline]
fn is_red_at(gross: Money, stated: Option<InvoiceKind>) -> bool {
    gross.is_negative() || stated == Some(InvoiceKind::Red)
}
