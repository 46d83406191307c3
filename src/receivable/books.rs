//! The books as the ledger needs them: customers, orders' terms, invoices, payments, and where terms ask for them the
//! days on which goods were shipped and signed for.

mod credit;
mod named_order;
mod taking;
mod terms_book;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::iter;
use std::sync::Arc;

use chrono::NaiveDate;

use credit::Currencies;
pub use credit::{Credit, CreditKind, CreditNo, Credits, CurrencyNo, HeldBack, Named};
use named_order::{NamedOrder, PackedOrder};
use taking::{KnownPayment, TakingInvoiceLines, TakingInvoices, TakingPayments};
use terms_book::{OrderTerms, TermsBook, TermsNo};

use super::Customer;
use super::collected::Collected;
use super::designation::{Bundles, Designation};
use super::dispute::Disputes;
use super::extension::Extensions;
use super::finding::{self, BookFinding, FindingCode};
use super::grouping::GroupBy;
use crate::calendar::workdays::WorkDays;
use crate::documents::customer::{CustomerRow, read_customers};
use crate::documents::customers::Customers;
use crate::documents::goods::SeenNames;
use crate::documents::holiday::read_work_days;
use crate::documents::invoice::{InvoiceKind, InvoiceLine, InvoiceLineReader, InvoiceReader, InvoiceRow};
use crate::documents::invoices::Invoices;
use crate::documents::links::Links;
use crate::documents::order::OrderedReader;
use crate::documents::order_lines::{Ahead, DocumentLine, OrderAhead, OrderDetail, OrderLines, Placement};
use crate::documents::payment::{PaymentReader, PaymentRow};
use crate::documents::receipt::ReceiptReader;
use crate::documents::shipment::ShipmentReader;
use crate::ids::{CustomerKey, Id, IdText, Ids, Invoice, Label, Order, Payment};
use crate::input::lookup::{Lookup, SCATTERED};
use crate::input::places::Places;
use crate::input::{FastMap, InputError, Intake, Kind, Reason, Sources, Verdict};
use crate::matching::tallies::Billing;
use crate::memory::bring_near;
use crate::money::{Money, Price, Quantity};
use crate::parallel;
use crate::policy::{Policy, Roll};
use crate::sorted::with_key;
use crate::terms::{Event, Terms};

/// Goods of an order line on the move.
#[derive(Clone, Copy, Debug)]
struct Movement {
    date: NaiveDate,
    /// How much; negative for a return.
    quantity: Quantity,
    /// Whether the row is an event.
    positive: bool,
}

/// A day on which goods of an order line moved, returns alone apart.
#[derive(Clone, Copy, Debug)]
pub struct MovingDay {
    /// The day.
    pub date: NaiveDate,
    /// What has moved up to its end, returns deducted.
    pub moved: Quantity,
    /// The most that had moved up to the end of this day or of any before it.
    pub most: Quantity,
}

/// All that the ledger is made from.
#[derive(Debug, Default)]
pub struct Books {
    /// The order lines.
    pub orders: OrderLines,
    /// The invoices.
    pub invoices: Invoices,
    /// What invoices bill of which order line, where terms depend on deliveries.
    pub billing: Billing,
    /// The price with tax of order lines that an invoice bills without a quantity.
    pub prices: HashMap<usize, Price>,
    /// The days on which goods of each billed order line were shipped.
    pub shipped: HashMap<usize, Vec<MovingDay>>,
    /// The days on which goods of each billed order line were accepted.
    pub signed: HashMap<usize, Vec<MovingDay>>,
    /// The payments.
    pub payments: Ids<Payment>,
    /// Payments and red invoices.
    pub credits: Credits,
    /// Payments that settle nothing.
    pub held_back: Vec<HeldBack>,
    /// Which invoices belong to which order and contract.
    pub bundles: Bundles,
    /// What red invoices of the same customer take back of each blue one that they name.
    pub credited_by_red: FastMap<Id<Invoice>, Money>,
    /// What came in and how, where that was asked for.
    pub collected: Option<Collected>,
    /// What is disputed.
    pub disputes: Disputes,
    /// Later due dates that were granted.
    pub extensions: Extensions,
    /// Which days are worked, where due dates move to working days.
    pub work_days: Option<WorkDays>,
    /// Whether customers.csv says who the customers are.
    pub knows_customers: bool,
    /// Whether orders.csv says which orders there are.
    pub knows_orders: bool,
    customers: Vec<Arc<Customer>>,
    /// All terms that orders and customers state, each once.
    terms: Vec<Terms>,
    customer_terms: FastMap<Id<CustomerKey>, TermsNo>,
    order_terms: OrderTerms,
    currencies: Currencies,
    /// Numbers of orders that invoices name and that are not in the books.
    strange_orders: Ids<Label>,
    names: SeenNames,
    /// The lowest order number that each invoice names.
    named_order: Vec<PackedOrder>,
    /// Invoice and order line, sorted, where terms or the grouping need them.
    invoice_lines: Vec<(u32, u32)>,
    /// Invoice, the order line's own value of the field that `--by` names, gross amount.
    shares: HashMap<Id<Invoice>, BTreeMap<Arc<str>, Money>>,
    line_values: Vec<Arc<str>>,
    findings: Vec<BookFinding>,
    /// Kinds of files that no terms depend on.
    unread: Vec<Kind>,
}

/// What becomes of the orders once the invoices are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Orders {
    Keep,
    Forget,
}

impl Books {
    /// Reads customers, orders, invoices, payments, disputes and extensions, shipments and receipts where any terms
    /// depend on them, and holidays where due dates move to working days.
    pub fn read(intake: &mut Intake<'_>, by: GroupBy) -> Result<Books, InputError> {
        Books::default().and_read(Orders::Keep, intake, by)
    }

    /// The same, for whoever asks for the ledger alone: the orders are not kept where no due date and no group depends on
    /// their lines. `collected` keeps what came in and how.
    pub fn read_for_ledger(
        intake: &mut Intake<'_>,
        by: GroupBy,
        collected: bool,
    ) -> Result<Books, InputError> {
        let books = Books { collected: collected.then(Collected::default), ..Books::default() };
        books.and_read(Orders::Forget, intake, by)
    }

    fn and_read(self, orders: Orders, intake: &mut Intake<'_>, by: GroupBy) -> Result<Books, InputError> {
        let mut books = Books { bundles: Bundles::new(intake), ..self };
        let basis = intake.policy.receivable.monthly_basis;
        let mut terms = TermsBook::new(basis);
        books.read_orders(intake, by, &mut terms)?;
        let rows = books.read_customers(intake, &mut terms)?;
        let uses = |event| {
            let given = terms.all.iter().any(|terms| terms.uses(event));
            given || intake.policy.receivable.default_terms.uses(event)
        };
        let (ships, signs) = (uses(Event::Ship), uses(Event::Sign));
        let by_line = ships || signs || uses(Event::Order) || by.is_of_orders();
        if by_line || intake.sources.has(Kind::Links) {
            books.orders.know_goods(intake)?;
        }
        let forgets = orders == Orders::Forget && !by_line;
        let mut forgotten = OrderLines::default();
        if forgets && !intake.sources.has(Kind::Links) {
            // The orders and the customers alone are kept.
            std::mem::swap(&mut forgotten, &mut books.orders);
            std::mem::swap(&mut forgotten.orders, &mut books.orders.orders);
            std::mem::swap(&mut forgotten.customers, &mut books.orders.customers);
        }
        books.invoices = Invoices::new(intake)?;
        if forgets {
            books.invoices.count_money_alone();
        }
        let ((), read) = parallel::both(|| drop(forgotten), || books.read_invoices(intake, by, by_line));
        read?;
        let mut invoices = std::mem::take(&mut books.invoices);
        let forget_orders = || {
            if forgets {
                books.orders = std::mem::take(&mut books.orders).into_customers();
                books.know_orders_by_terms();
            }
        };
        parallel::both(|| invoices.index(), forget_orders);
        books.invoices = invoices;
        books.read_payments(intake)?;
        books.take_red_invoices();
        let (invoices, customers, findings) = (&books.invoices, &books.orders.customers, &mut books.findings);
        books.disputes = Disputes::read(intake, invoices, customers, findings)?;
        books.extensions = Extensions::read(intake, invoices, customers, findings)?;
        if ships {
            books.read_shipments(intake)?;
        }
        if signs {
            books.read_receipts(intake)?;
        }
        if ships || signs {
            books.read_prices(intake.sources, intake.policy)?;
        }
        if intake.policy.receivable.roll == Roll::NextWorkingDay {
            books.work_days = Some(read_work_days(intake)?);
        }
        let unread = [(ships, Kind::Shipments), (signs, Kind::Receipts)];
        books.unread = unread.into_iter().filter(|(used, _)| !used).map(|(_, kind)| kind).collect();
        if forgets {
            // The ledger asks only for what they are called.
            books.payments.forget_how_to_find();
            books.invoices.forget_how_to_find();
        }
        books.name_customers(rows);
        books.terms = terms.all;
        Ok(books)
    }

    fn read_orders(
        &mut self,
        intake: &mut Intake<'_>,
        by: GroupBy,
        terms: &mut TermsBook,
    ) -> Result<(), InputError> {
        let mut found = OrderTerms::of_many();
        let mut values: Vec<Arc<str>> = Vec::new();
        let mut known: HashMap<String, Arc<str>> = HashMap::new();
        let policy = &intake.policy.matching;
        let bundles = &mut self.bundles;
        self.orders = OrderLines::read(intake, policy, OrderDetail::Bare, |lines, new, row| {
            if by.is_of_orders() {
                let value = by.of_order(&row.ordered);
                values.push(Arc::clone(known.entry(value.to_owned()).or_insert_with(|| value.into())));
            }
            if new.counts {
                bundles.note_order(row.ordered.order_no, row.contract_no);
            }
            if let Some(terms) = terms.read_written(row.terms)?
                && new.counts
            {
                found.note(lines, new, terms);
            }
            Ok(())
        })?;
        self.knows_orders = !self.orders.is_empty();
        self.order_terms = found;
        self.line_values = values;
        Ok(())
    }

    fn read_customers(
        &mut self,
        intake: &mut Intake<'_>,
        terms: &mut TermsBook,
    ) -> Result<Vec<Option<Arc<Customer>>>, InputError> {
        let mut customers = Vec::new();
        let OrderLines { orders, customers: numbers, .. } = &mut self.orders;
        let take = |row: &CustomerRow<'_>| {
            let id = numbers.intern(row.customer_id);
            match terms.read(row.terms) {
                Ok(Some(terms)) => {
                    self.customer_terms.insert(id, terms);
                }
                Ok(None) => {}
                Err((column, problem)) => return Verdict::Refused(column, problem, None),
            }
            if customers.len() <= id.index() {
                customers.resize(id.index() + 1, None);
            }
            customers[id.index()] = Some(Arc::new(customer_of(row)));
            Verdict::Used
        };
        // Orders are sought from here on.
        let ((), read) = parallel::both(|| orders.index(), || read_customers(intake, take));
        read.map(|()| customers)
    }

    fn read_invoices(
        &mut self,
        intake: &mut Intake<'_>,
        by: GroupBy,
        by_line: bool,
    ) -> Result<(), InputError> {
        if by_line {
            self.billing = Billing::new(self.orders.len());
        }
        // The orders do not change while invoices are read, but for the customers, whom invoices name too.
        let mut orders = std::mem::take(&mut self.orders);
        let mut customers = std::mem::take(&mut orders.customers);
        self.invoices.expect(orders.orders.len());
        self.named_order.reserve(orders.orders.len());
        let mut links = Links::read(intake, &orders, &self.invoices)?;
        let (as_of, all_orders) = (intake.as_of, &orders);
        let asks_for_lines = by_line || intake.sources.has(Kind::Links) || self.invoices.count_quantities();
        let taking = TakingInvoices { books: self, customers: &mut customers, orders: all_orders, as_of };
        if asks_for_lines {
            let ahead =
                |rows: &[InvoiceLine<'_>]| all_orders.look_ahead(rows.iter().map(InvoiceLine::document_line));
            let taking = TakingInvoiceLines { invoices: taking, links: &mut links, by, by_line };
            intake.read_into::<InvoiceLineReader, Ahead>(ahead, taking)?;
        } else {
            let ahead = |rows: &[InvoiceRow<'_>]| {
                all_orders.look_ahead_for_orders(rows.iter().map(|row| row.order_no))
            };
            intake.read_into::<InvoiceReader, OrderAhead>(ahead, taking)?;
        }
        links.refuse_strays(&orders, intake)?;
        orders.customers = customers;
        self.orders = orders;
        self.invoice_lines.sort_unstable();
        self.invoice_lines.dedup();
        Ok(())
    }

    /// Keeps the lowest order number that the invoice's lines name; of an order in the books its number is known.
    #[inline]
    fn note_order(
        &mut self,
        invoice: Id<Invoice>,
        (order_no, order): (&[u8], Option<Id<Order>>),
        orders: &Ids<Order>,
    ) {
        self.bundles.note_invoice(order_no, invoice);
        let known = order.map(|order| PackedOrder::from(NamedOrder::Known(order)));
        match self.named_order.get(invoice.index()) {
            // Most rows name the order that the others of their invoice name.
            Some(&named) if known == Some(named) => {}
            _ => self.note_another_order(invoice, (order_no, order), orders),
        }
    }

    /// The same of an order to which one of the invoice's lines is linked.
    #[inline(never)]
    fn note_linked_order(&mut self, invoice: Id<Invoice>, order: Id<Order>, orders: &Ids<Order>) {
        self.note_order(invoice, (orders.text(order).as_bytes(), Some(order)), orders);
    }

    /// The same where the invoice's lines so far name none, or another one.
    #[inline(never)]
    fn note_another_order(
        &mut self,
        invoice: Id<Invoice>,
        (order_no, order): (&[u8], Option<Id<Order>>),
        orders: &Ids<Order>,
    ) {
        if self.named_order.len() <= invoice.index() {
            self.named_order.resize(invoice.index() + 1, NamedOrder::Nothing.into());
        }
        let named = &mut self.named_order[invoice.index()];
        let is_lower = match NamedOrder::from(*named) {
            NamedOrder::Nothing => true,
            NamedOrder::Known(before) => Some(before) != order && order_no < orders.text(before).as_bytes(),
            NamedOrder::Strange(before) => order_no < self.strange_orders.text(before).as_bytes(),
        };
        if !order_no.is_empty() && is_lower {
            let known = order.map(NamedOrder::Known);
            let named_so = known.unwrap_or_else(|| NamedOrder::Strange(self.strange_orders.intern(order_no)));
            *named = named_so.into();
        }
    }

    /// Keeps of the orders that invoices name their terms alone: from here on one order stands for all that have the same.
    fn know_orders_by_terms(&mut self) {
        for named in &mut self.named_order {
            if let NamedOrder::Known(order) = NamedOrder::from(*named) {
                *named = NamedOrder::Known(Id::from_index(self.order_terms.stand_in(order.index()))).into();
            }
        }
        self.order_terms.keep_stand_ins();
    }

    /// Keeps the order line that the invoice's row bills.
    fn note_line(&mut self, invoice: Id<Invoice>, row: &InvoiceLine<'_>, placement: Placement, by: GroupBy) {
        let line = placement.line();
        if let Some(line) = line {
            self.invoice_lines.push((invoice.index() as u32, line as u32));
            self.billing.bill(line, invoice, row.quantity, row.gross());
        }
        if by.is_of_orders() {
            let value =
                line.and_then(|line| self.line_values.get(line)).cloned().unwrap_or_else(|| "".into());
            *self.shares.entry(invoice).or_default().entry(value).or_default() += row.gross();
        }
    }

    fn read_payments(&mut self, intake: &mut Intake<'_>) -> Result<(), InputError> {
        let policy = intake.policy;
        let invoices = std::mem::take(&mut self.invoices);
        self.payments.expect(invoices.len());
        self.credits.expect(invoices.len());
        let ahead = |rows: &[PaymentRow<'_>]| {
            let found = invoices.find_all(rows.iter().map(|row| row.invoice_no));
            found.into_iter().map(KnownPayment::from).collect()
        };
        let taking = TakingPayments {
            books: self,
            invoices: &invoices,
            places: Places::of_many(),
            as_of: intake.as_of,
            own_currency: &policy.input.currency,
            confirm_days: policy.receivable.bills.confirm_days,
        };
        let read = intake.read_into::<PaymentReader, KnownPayment>(ahead, taking);
        self.invoices = invoices;
        read
    }

    /// Red invoices become credits; what a person should know of any invoice is found.
    fn take_red_invoices(&mut self) {
        let is_red = |&invoice: &Id<Invoice>| self.invoices.kind_and_total(invoice).0 == InvoiceKind::Red;
        let reds: Vec<Id<Invoice>> = self.invoices.all().filter(is_red).collect();
        for (&invoice, original) in reds.iter().zip(self.invoices.originals_of(&reds)) {
            let head = self.invoices.head(invoice);
            let currency = self.invoices.labels.text(head.currency);
            let currency_no = self.currencies.note(currency);
            let amount = -self.invoices.total(invoice);
            if let Some(original) = original {
                *self.credited_by_red.entry(original).or_default() += amount;
            } else if let Some(name) = self.invoices.original_named(invoice) {
                let (named, customers) = ((name, head.customer, currency), &self.orders.customers);
                let (text, invoices) = (self.invoices.number(invoice), &self.invoices);
                let finding =
                    unknown_invoice(Kind::Invoices, named, text.as_bytes(), amount, invoices, customers);
                self.findings.push(finding);
            }
            let names = original.map_or(Designation::Nothing, Designation::Invoice);
            let (kind, customer, date) = (CreditKind::RedInvoice, head.customer, head.date);
            let (currency, number) = (currency_no, CreditNo::Invoice(invoice));
            let credit = Credit { kind, customer, currency, date, counts_from: date, number, names, amount };
            self.credits.push(&credit, |invoice| self.invoices.bill(invoice));
        }
        for (&invoice, &credited) in &self.credited_by_red {
            let excess = credited - self.invoices.total(invoice);
            if excess.is_positive() {
                let customer = self.orders.customers.text(self.invoices.head(invoice).customer);
                let number = self.invoices.number(invoice);
                let currency = self.invoices.labels.text(self.invoices.head(invoice).currency);
                let finding = BookFinding::new(FindingCode::RedExceeds, customer, &number, excess);
                self.findings.push(finding.in_currency(currency));
            }
        }
        self.findings.extend(finding::of_invoices(&self.invoices, &self.orders.customers));
    }

    fn read_shipments(&mut self, intake: &mut Intake<'_>) -> Result<(), InputError> {
        let as_of = intake.as_of;
        let mut shipped = HashMap::new();
        intake.read::<ShipmentReader>(|row, _| {
            if !as_of.includes(row.date) {
                return Verdict::LeftOut(Reason::AfterAsOf);
            }
            let movement =
                Movement { date: row.date, quantity: row.quantity, positive: row.quantity.is_positive() };
            self.move_goods(&row.document_line(), movement, &mut shipped)
        })?;
        self.shipped = by_day(shipped);
        Ok(())
    }

    fn read_receipts(&mut self, intake: &mut Intake<'_>) -> Result<(), InputError> {
        let as_of = intake.as_of;
        let mut signed = HashMap::new();
        intake.read::<ReceiptReader>(|row, _| {
            if !as_of.includes(row.date) {
                return Verdict::LeftOut(Reason::AfterAsOf);
            }
            let movement = Movement { date: row.date, quantity: row.accepted, positive: row.is_positive() };
            self.move_goods(&row.document_line(), movement, &mut signed)
        })?;
        self.signed = by_day(signed);
        Ok(())
    }

    /// Notes goods on the move, where an invoice bills their order line.
    fn move_goods(
        &mut self,
        document: &DocumentLine<'_>,
        movement: Movement,
        moved: &mut HashMap<usize, Vec<Movement>>,
    ) -> Verdict {
        match self.orders.place(document, &mut self.names) {
            Placement::LeftOut(reason) => return Verdict::LeftOut(reason),
            Placement::Line(of_line) if self.billing.is_billed(of_line.line()) => {
                moved.entry(of_line.line()).or_default().push(movement);
            }
            Placement::Line(_) | Placement::Orphan(_) => {}
        }
        Verdict::Used
    }

    /// Finds the prices by which invoices without a quantity are turned into one.
    fn read_prices(&mut self, sources: &Sources, policy: &Policy) -> Result<(), InputError> {
        let mut lookup: Lookup<'_, OrderedReader> = Lookup::new(sources, policy, SCATTERED);
        let mut lines: Vec<usize> = self.invoice_lines.iter().map(|&(_, line)| line as usize).collect();
        lines.sort_unstable();
        lines.dedup();
        for line in lines {
            let by_amount = self.billing.of(line, &self.invoices).any(|billed| billed.quantity.is_none());
            if by_amount {
                let place = self.orders.place_of(line);
                self.prices.insert(line, lookup.row(place, |&order| order.billing_price())?);
            }
        }
        Ok(())
    }

    /// Gives every customer that any document names its row of customers.csv, by its number, or its id alone.
    fn name_customers(&mut self, rows: Vec<Option<Arc<Customer>>>) {
        self.knows_customers = !rows.is_empty();
        let rows = rows.into_iter().chain(iter::repeat(None));
        let known = self.orders.customers.all().zip(rows).map(|(id, row)| {
            let bare = || Customer { id: self.orders.customers.text(id).to_owned(), ..Customer::default() };
            row.unwrap_or_else(|| Arc::new(bare()))
        });
        self.customers = known.collect();
    }

    /// The number of a credit's document.
    pub fn number_of(&self, number: CreditNo) -> IdText<'_> {
        match number {
            CreditNo::Payment(payment) => self.payments.text(payment),
            CreditNo::Invoice(invoice) => self.invoices.number(invoice),
        }
    }

    /// How two credits of one day sort: by number, then by amount.
    pub fn credit_order(&self, one: &Credit, other: &Credit) -> Ordering {
        let by_number = match (one.number, other.number) {
            (CreditNo::Payment(one), CreditNo::Payment(other)) => self.payments.order(one, other),
            (one, other) => self.number_of(one).as_bytes().cmp(self.number_of(other).as_bytes()),
        };
        by_number.then(one.amount.cmp(&other.amount))
    }

    /// Brings near what these credits, day by day, are sorted by ([`Books::credit_order`]): their numbers are far from one
    /// another.
    pub fn approach_numbers(&self, credits: &[Credit]) {
        let of_one_day = credits.windows(2).filter(|pair| pair[0].date == pair[1].date);
        let numbers = of_one_day.flat_map(|pair| [pair[0].number, pair[1].number]);
        self.payments.approach(numbers.filter_map(|number| match number {
            CreditNo::Payment(payment) => Some(payment),
            CreditNo::Invoice(_) => None,
        }));
    }

    /// The credit of this number.
    #[inline]
    pub fn credit(&self, number: u32) -> Credit {
        self.credits.get(number, |invoice| self.invoices.bill(invoice))
    }

    /// All credits.
    pub fn all_credits(&self) -> impl Iterator<Item = Credit> + '_ {
        (0..self.credits.count()).map(|number| self.credit(number))
    }

    /// A currency's code.
    pub fn currency(&self, number: CurrencyNo) -> &Arc<str> {
        self.currencies.code(number)
    }

    /// The customer of this number.
    pub fn customer(&self, number: Id<CustomerKey>) -> &Arc<Customer> {
        &self.customers[number.index()]
    }

    /// Whether customers.csv says who the customers are, and this is none.
    pub const fn is_stranger(&self, customer: &Customer) -> bool {
        self.knows_customers && !customer.is_on_file
    }

    /// Whether there is any such customer.
    pub fn has_strangers(&self) -> bool {
        self.customers.iter().any(|customer| self.is_stranger(customer))
    }

    /// How many customers there are.
    pub const fn customer_count(&self) -> usize {
        self.customers.len()
    }

    /// All customers, by id.
    pub fn customers_by_id(&self) -> BTreeMap<String, Arc<Customer>> {
        let named = self.orders.customers.all().filter(|&number| self.orders.customers.is_named(number));
        let customers = named.map(|number| &self.customers[number.index()]);
        customers.map(|customer| (customer.id.clone(), Arc::clone(customer))).collect()
    }

    /// The customer's own terms.
    pub fn customer_terms(&self, customer: Id<CustomerKey>) -> Option<&Terms> {
        self.customer_terms.get(&customer).map(|&terms| self.terms_of(terms))
    }

    /// The terms of the order that an invoice belongs to, and the order line that states them.
    pub fn order_terms(&self, invoice: Id<Invoice>) -> Option<(Option<usize>, &Terms)> {
        let NamedOrder::Known(order) = self.named_order(invoice) else { return None };
        let terms = self.order_terms.of(order.index())?;
        // Orders whose lines are forgotten have none.
        let line = (!self.orders.is_empty()).then(|| self.order_terms.line_of(order, &self.orders));
        Some((line, self.terms_of(terms)))
    }

    fn terms_of(&self, number: TermsNo) -> &Terms {
        &self.terms[number.index()]
    }

    #[inline]
    fn named_order(&self, invoice: Id<Invoice>) -> NamedOrder {
        self.named_order.get(invoice.index()).map_or(NamedOrder::Nothing, |&packed| packed.into())
    }

    /// Brings near which orders these invoices name.
    pub(super) fn approach_named_orders(&self, invoices: impl Iterator<Item = Id<Invoice>>) {
        bring_near(invoices.filter_map(|id| self.named_order.get(id.index())).map(|packed| packed.bits()));
    }

    /// The later day until which the customer may pay a tranche due on this day, where one was granted.
    pub fn extended(&self, invoice: Id<Invoice>, due_date: NaiveDate) -> Option<NaiveDate> {
        self.extensions.extended(invoice, due_date, self.work_days.as_ref())
    }

    /// The order that an invoice names, where it is not in the books.
    #[inline]
    pub fn strange_order(&self, invoice: Id<Invoice>) -> Option<IdText<'_>> {
        if self.strange_orders.is_empty() {
            return None;
        }
        match self.named_order(invoice) {
            NamedOrder::Strange(order) => Some(self.strange_orders.text(order)),
            NamedOrder::Nothing | NamedOrder::Known(_) => None,
        }
    }

    /// Whether an invoice names an order, be it in the books or not.
    pub fn names_order(&self, invoice: Id<Invoice>) -> bool {
        !matches!(self.named_order(invoice), NamedOrder::Nothing)
    }

    /// The order lines that an invoice bills.
    pub fn lines_of(&self, invoice: Id<Invoice>) -> impl Iterator<Item = usize> + '_ {
        let of_invoice = with_key(&self.invoice_lines, invoice.index() as u32, |&(number, _)| number);
        of_invoice.iter().map(|&(_, line)| line as usize)
    }

    /// The gross amounts of an invoice per value of the field that `--by` names; lines without a value of their own
    /// have the customer's.
    pub fn shares(&self, invoice: Id<Invoice>, of_customer: &Arc<str>) -> Vec<(Arc<str>, Money)> {
        let mut shares: BTreeMap<Arc<str>, Money> = BTreeMap::new();
        for (value, &gross) in self.shares.get(&invoice).into_iter().flatten() {
            let value = if value.is_empty() { of_customer } else { value };
            *shares.entry(Arc::clone(value)).or_default() += gross;
        }
        shares.into_iter().collect()
    }

    /// All invoices, red ones deducted, per currency.
    pub fn invoiced(&self) -> BTreeMap<Arc<str>, Money> {
        let mut sums: BTreeMap<Arc<str>, Money> = BTreeMap::new();
        for invoice in self.invoices.all() {
            let currency = self.invoices.labels.text(self.invoices.head(invoice).currency);
            let total = self.invoices.total(invoice);
            match sums.get_mut(currency) {
                Some(sum) => *sum += total,
                None => drop(sums.insert(currency.into(), total)),
            }
        }
        sums
    }

    /// What reading has found out about the books.
    pub fn findings(&self) -> &[BookFinding] {
        &self.findings
    }

    /// Kinds of files that were not read, because no terms depend on them.
    pub fn unread(&self) -> &[Kind] {
        &self.unread
    }
}

/// That a payment or a red invoice names no invoice that it could settle, and why not.
fn unknown_invoice(
    kind: Kind,
    (name, customer, currency): (&[u8], Id<CustomerKey>, &str),
    document: &[u8],
    amount: Money,
    invoices: &Invoices,
    customers: &Customers,
) -> BookFinding {
    let why = invoices.why_unnamed(name, Some(customer), Some(currency), customers);
    let customer = customers.text(customer);
    BookFinding::unnamed(kind, customer, document, Some(amount), why).in_currency(currency)
}

/// The days on which goods moved. Only days with a positive row count as such, but returns count in the sums.
fn by_day(moved: HashMap<usize, Vec<Movement>>) -> HashMap<usize, Vec<MovingDay>> {
    let days_of = |mut movements: Vec<Movement>| {
        movements.sort_by_key(|movement| movement.date);
        let (mut moved, mut days) = (Quantity::ZERO, Vec::<MovingDay>::new());
        for day in movements.chunk_by(|a, b| a.date == b.date) {
            moved += day.iter().map(|movement| movement.quantity).sum();
            if day.iter().any(|movement| movement.positive) {
                let most = days.last().map_or(moved, |before| before.most.max(moved));
                days.push(MovingDay { date: day[0].date, moved, most });
            }
        }
        days
    };
    moved.into_iter().map(|(line, movements)| (line, days_of(movements))).collect()
}

/// A customer by its row of customers.csv.
pub fn customer_of(row: &CustomerRow<'_>) -> Customer {
    let optional = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Customer {
        id: String::from_utf8_lossy(row.customer_id).into_owned(),
        is_on_file: true,
        name: optional(row.name),
        industry: optional(row.industry),
        credit_grade: optional(row.credit_grade),
        salesperson: optional(row.salesperson),
        region: optional(row.region),
        specific_rate: row.specific_rate,
        secured: row.secured,
        interest_rate: row.interest_rate,
    }
}
