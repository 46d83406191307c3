//! The rows of the files that belong to a document, found by reading the files again, and where they stand.

use crate::documents::customer::CustomerReader;
use crate::documents::goods::SeenNames;
use crate::documents::invoice::{InvoiceLine, InvoiceLineReader};
use crate::documents::payment::PaymentReader;
use crate::documents::receipt::ReceiptReader;
use crate::documents::shipment::ShipmentReader;
use crate::explain::Evidence;
use crate::ids::{Id, Invoice};
use crate::input::{InputError, Intake, Place, Verdict};
use crate::matching::Matching;
use crate::money::{Money, Quantity};

/// A row of a document, and where it stands.
pub struct Row {
    /// `FILE:LINE`.
    pub source: String,
    /// The document's number.
    pub document: String,
    /// Its date, ISO.
    pub date: String,
    /// Its goods, as written.
    pub goods: String,
    /// Its quantity, where it states one.
    pub quantity: Option<Quantity>,
    /// Its amount with tax; of receipts nothing.
    pub amount: Option<Money>,
    /// Whether it is void.
    pub is_void: bool,
    /// Of a receipt, what arrived damaged and what was rejected.
    pub spoiled: [Quantity; 2],
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Evidence<'_> {
    fn intake(&self) -> Intake<'_> {
        Intake::new(self.sources, self.policy, self.as_of)
    }

    /// `FILE:LINE` of each place.
    pub(super) fn sources(&self, places: &[Place]) -> Result<Vec<String>, InputError> {
        let label = places.first().map(|place| self.sources.files[place.file()].label.clone());
        let lines = self
            .sources
            .line_numbers(places)
            .map_err(|source| InputError::Unreadable { file: label.unwrap_or_default(), source })?;
        let said = |place: &Place| {
            let file = &self.sources.files[place.file()].label;
            lines.get(place).map_or_else(|| file.clone(), |line| format!("{file}:{line}"))
        };
        Ok(places.iter().map(said).collect())
    }

    fn placed(&self, rows: Vec<(Place, Row)>) -> Result<Vec<Row>, InputError> {
        let places: Vec<Place> = rows.iter().map(|(place, _)| *place).collect();
        let sources = self.sources(&places)?;
        Ok(rows.into_iter().zip(sources).map(|((_, row), source)| Row { source, ..row }).collect())
    }

    /// The rows of an invoice.
    pub(super) fn rows_of_invoice(&self, invoice: Id<Invoice>) -> Result<Vec<Row>, InputError> {
        let mut rows = Vec::new();
        self.each_row_of(invoice, |row, place| rows.push((place, invoice_row(row, self))))?;
        self.placed(rows)
    }

    /// The rows of an invoice that bill an order line; all of them, where none names it.
    pub(super) fn rows_that_bill(
        &self,
        line: usize,
        invoice: Id<Invoice>,
        matching: &Matching,
    ) -> Result<Vec<Row>, InputError> {
        let (mut billing, mut others) = (Vec::new(), Vec::new());
        let mut seen = SeenNames::default();
        self.each_row_of(invoice, |row, place| {
            let bills = matching.lines.place(&row.document_line(), &mut seen).line() == Some(line);
            let rows = if bills { &mut billing } else { &mut others };
            rows.push((place, invoice_row(row, self)));
        })?;
        self.placed(if billing.is_empty() { others } else { billing })
    }

    fn each_row_of(
        &self,
        invoice: Id<Invoice>,
        mut visit: impl FnMut(&InvoiceLine<'_>, Place) + Send,
    ) -> Result<(), InputError> {
        self.intake().read::<InvoiceLineReader>(|row, place| {
            let invoices = &self.books.invoices;
            if invoices.of_row(row) == Some(invoice) && !invoices.counts_elsewhere(row) {
                visit(row, place);
            }
            Verdict::Used
        })
    }

    /// The rows of invoices of this number, whether or not they count.
    pub(super) fn invoice_rows(&self, number: &str) -> Result<Vec<Row>, InputError> {
        let mut rows = Vec::new();
        self.intake().read::<InvoiceLineReader>(|row, place| {
            let invoices = &self.books.invoices;
            let is_meant = row.number == number.as_bytes() || invoices.shown_number(row) == number;
            if is_meant && !invoices.counts_elsewhere(row) {
                rows.push((place, invoice_row(row, self)));
            }
            Verdict::Used
        })?;
        self.placed(rows)
    }

    /// The shipments of an order line.
    pub(super) fn shipments_of(&self, line: usize, matching: &Matching) -> Result<Vec<Row>, InputError> {
        let (mut rows, mut seen) = (Vec::new(), SeenNames::default());
        self.intake().read::<ShipmentReader>(|row, place| {
            if matching.lines.place(&row.document_line(), &mut seen).line() == Some(line)
                && self.as_of.includes(row.date)
            {
                rows.push((
                    place,
                    Row {
                        quantity: Some(row.quantity),
                        ..bare(text(row.shipment_no), row.date.to_string(), row.goods_name)
                    },
                ));
            }
            Verdict::Used
        })?;
        self.placed(rows)
    }

    /// The signed receipts of an order line.
    pub(super) fn receipts_of(&self, line: usize, matching: &Matching) -> Result<Vec<Row>, InputError> {
        let (mut rows, mut seen) = (Vec::new(), SeenNames::default());
        self.intake().read::<ReceiptReader>(|row, place| {
            if matching.lines.place(&row.document_line(), &mut seen).line() == Some(line)
                && self.as_of.includes(row.date)
            {
                rows.push((
                    place,
                    Row {
                        quantity: Some(row.accepted),
                        spoiled: [row.damaged, row.rejected],
                        ..bare(text(row.receipt_no), row.date.to_string(), row.goods_name)
                    },
                ));
            }
            Verdict::Used
        })?;
        self.placed(rows)
    }

    /// The row of a payment.
    pub(super) fn payment_rows(&self, number: &str) -> Result<Vec<Row>, InputError> {
        let mut rows = Vec::new();
        self.intake().read::<PaymentReader>(|row, place| {
            if row.payment_no == number.as_bytes() {
                let bare = bare(text(row.payment_no), row.date.to_string(), &[]);
                rows.push((place, Row { amount: Some(row.amount()), ..bare }));
            }
            Verdict::Used
        })?;
        self.placed(rows)
    }

    /// Where customers.csv has the customer.
    pub(super) fn customer_rows(&self, customer: &str) -> Result<Vec<Row>, InputError> {
        let mut rows = Vec::new();
        self.intake().read::<CustomerReader>(|row, place| {
            if row.customer_id == customer.as_bytes() {
                rows.push((place, bare(customer.to_owned(), String::new(), &[])));
            }
            Verdict::Used
        })?;
        self.placed(rows)
    }
}

fn bare(document: String, date: String, goods: &[u8]) -> Row {
    Row {
        source: String::new(),
        document,
        date,
        goods: text(goods),
        quantity: None,
        amount: None,
        is_void: false,
        spoiled: [Quantity::ZERO; 2],
    }
}

fn invoice_row(row: &crate::documents::invoice::InvoiceLine<'_>, evidence: &Evidence<'_>) -> Row {
    Row {
        quantity: row.quantity,
        amount: Some(row.gross()),
        is_void: row.void.holds(evidence.as_of),
        ..bare(text(row.number), row.date.to_string(), row.goods_name)
    }
}
