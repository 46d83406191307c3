//! `orders.csv`: an order line.

use chrono::NaiveDate;

use super::approval::{Approval, approval};
use super::stated_terms::stated_terms;
use super::{Since, currency_code};
use crate::diagnostic::Problem;
use crate::input::columns::OrderColumn::{self, *};
use crate::input::intake::Document;
use crate::input::parties::Party;
use crate::input::{Cells, Kind, Layout, Unread};
use crate::money::{CellMoney, Money, Price, Quantity, Rate};
use crate::policy::{Policy, PriceBasis};

/// What an order line orders, and for whose sales: all that is asked of it again once it counts. Where it is not read again
/// ([`OrderLines::ordered`]), salesperson, region, product line and amount are missing.
///
/// [`OrderLines::ordered`]: super::order_lines::OrderLines::ordered
#[derive(Clone, Copy, Debug)]
pub struct Ordered<'r> {
    /// The order.
    pub order_no: &'r [u8],
    /// The line, as written; empty where the lines of the order are told apart by goods.
    pub line_no: &'r [u8],
    /// The goods' number; may be empty.
    pub sku: &'r [u8],
    /// The goods' name, as written.
    pub goods_name: &'r [u8],
    /// How much was ordered.
    pub quantity: Quantity,
    /// The price of one, as stated.
    pub unit_price: Price,
    /// Whether that price holds the tax.
    pub basis: PriceBasis,
    /// The tax rate; a price without tax has one.
    pub tax_rate: Option<Rate>,
    /// The order's own amount, in the basis of its price.
    pub amount: Option<CellMoney>,
    /// The currency, as written.
    pub currency: &'r str,
    /// Whose sales it is: salesperson, region and product line.
    pub sales: Unread<'r, 3>,
}

impl<'r> Ordered<'r> {
    /// `round(quantity × unit_price)`, in the basis of the stated amount.
    #[inline]
    pub fn computed_amount(&self) -> Money {
        self.quantity.times_rounded(self.unit_price)
    }

    /// The price for which one is billed, tax included.
    #[inline]
    pub fn billing_price(&self) -> Price {
        match self.basis {
            PriceBasis::TaxInclusive => self.unit_price,
            PriceBasis::Net => self.unit_price.with_tax(self.tax_rate.unwrap_or_default()),
        }
    }

    /// The salesperson.
    pub fn salesperson(&self) -> &'r [u8] {
        let [salesperson, ..] = self.sales.read();
        salesperson
    }

    /// The region.
    pub fn region(&self) -> &'r [u8] {
        let [_, region, _] = self.sales.read();
        region
    }

    /// The product line.
    pub fn product_line(&self) -> &'r [u8] {
        let [.., product_line] = self.sales.read();
        product_line
    }

    /// What reports call the line within its order: its number as written, else the goods that stand for it.
    pub fn line_name(&self) -> &'r [u8] {
        self.told_apart_by().1
    }

    /// The column that tells the line from the others of its order, and what it holds.
    pub fn told_apart_by(&self) -> (&'static str, &'r [u8]) {
        let columns = [("line_no", self.line_no), ("sku", self.sku)];
        columns.into_iter().find(|(_, text)| !text.is_empty()).unwrap_or(("goods_name", self.goods_name))
    }
}

/// An order line as its row states it.
#[derive(Clone, Copy, Debug)]
pub struct OrderRow<'r> {
    /// What it orders.
    pub ordered: Ordered<'r>,
    /// The day of the order.
    pub date: NaiveDate,
    /// Who ordered.
    pub customer_id: Party<'r>,
    /// The contract that it is under; may be empty.
    pub contract_no: &'r [u8],
    /// The payment terms, as written.
    pub terms: &'r [u8],
    /// Whether and since when the line is cancelled.
    pub cancelled: Since,
    /// Whether the order is approved.
    pub approved: bool,
}

/// How the order lines of one file are read.
#[derive(Clone, Debug)]
pub struct OrderReader {
    basis: PriceBasis,
    amount: OrderColumn,
    /// The currency of the books, where the amounts are stated in it whatever the order's own (价税合计(本位币)).
    amount_in: Option<String>,
}

/// What an order line's status says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OrderStatus {
    Counts,
    Cancelled,
    Pending,
}

const STATUS: &[(&str, OrderStatus)] = &[
    ("normal", OrderStatus::Counts),
    ("cancelled", OrderStatus::Cancelled),
    ("canceled", OrderStatus::Cancelled),
    ("取消", OrderStatus::Cancelled),
    ("已取消", OrderStatus::Cancelled),
    ("作废", OrderStatus::Cancelled),
    ("已作废", OrderStatus::Cancelled),
    ("open", OrderStatus::Counts),
    ("closed", OrderStatus::Counts),
    ("confirmed", OrderStatus::Counts),
    ("completed", OrderStatus::Counts),
    ("approved", OrderStatus::Counts),
    ("active", OrderStatus::Counts),
    ("正常", OrderStatus::Counts),
    ("审核", OrderStatus::Counts),
    ("已审核", OrderStatus::Counts),
    ("已确认", OrderStatus::Counts),
    ("执行中", OrderStatus::Counts),
    ("生效", OrderStatus::Counts),
    ("已生效", OrderStatus::Counts),
    ("已完成", OrderStatus::Counts),
    ("完成", OrderStatus::Counts),
    ("关闭", OrderStatus::Counts),
    ("已关闭", OrderStatus::Counts),
    ("未关闭", OrderStatus::Counts),
    ("打开", OrderStatus::Counts),
    ("已打开", OrderStatus::Counts),
    ("业务关闭", OrderStatus::Counts),
    ("draft", OrderStatus::Pending),
    ("pending", OrderStatus::Pending),
    ("草稿", OrderStatus::Pending),
    ("开立", OrderStatus::Pending),
    ("自由", OrderStatus::Pending),
    ("创建", OrderStatus::Pending),
    ("未审核", OrderStatus::Pending),
    ("待审核", OrderStatus::Pending),
    ("审核中", OrderStatus::Pending),
    ("暂存", OrderStatus::Pending),
];

impl Document for OrderReader {
    type Column = OrderColumn;
    type Row<'r> = OrderRow<'r>;
    const KIND: Kind = Kind::Orders;
    const DATE: Option<OrderColumn> = Some(OrderDate);
    const SUMMED_MONEY: &'static [OrderColumn] = &[Amount, AmountWithTax, AmountNet, TaxAmount];
    const SUMMED_QUANTITIES: &'static [OrderColumn] = &[Quantity];

    fn of_file(layout: &Layout<OrderColumn>, policy: &Policy) -> OrderReader {
        let basis = basis_of_heading(layout.heading(UnitPrice)).unwrap_or(policy.matching.order_price);
        let stated = match basis {
            PriceBasis::TaxInclusive => AmountWithTax,
            PriceBasis::Net => AmountNet,
        };
        let amount = if layout.has(stated) { stated } else { Amount };
        let in_own_currency = ["本位币", "本币"].iter().any(|word| layout.heading(amount).contains(word));
        let amount_in = in_own_currency.then(|| policy.input.currency.clone());
        OrderReader { basis, amount, amount_in }
    }

    #[inline(always)]
    fn parse<'r>(&self, cells: &mut Cells<'r, '_, OrderColumn>) -> Option<OrderRow<'r>> {
        let tax_rate = cells.tax_rate(TaxRate);
        let stated = self.stated(cells);
        let date = cells.needed_date(OrderDate);
        let approval = approval(cells, OrderColumn::Approval, ApprovedFlag);
        let status = cells.word(Status, STATUS).unwrap_or(OrderStatus::Counts);
        let approved = approval != Approval::Pending && status != OrderStatus::Pending;
        cells.counts = approved;
        let customer_id = cells.customer(CustomerId, Some(CustomerName), Some(TaxId));
        if self.basis == PriceBasis::Net && tax_rate.is_none() && cells.is_sound() {
            cells.fault(TaxRate, Problem::NoTaxRate);
        }
        let cancelled = status == OrderStatus::Cancelled || approval == Approval::Void;
        let cancelled_date = cells.date(CancelledDate);
        let (figures, date) = (stated.figures()?, date?);
        Some(OrderRow {
            date,
            customer_id,
            contract_no: cells.id(ContractNo),
            terms: stated_terms(cells, Terms, PaymentMethod),
            cancelled: Since::of(cancelled || cancelled_date.is_some(), cancelled_date),
            approved,
            ordered: self.ordered(cells, &stated, figures, tax_rate),
        })
    }
}

/// What the cells of a row say of what it orders. (Put together only once all cells are read: until then each of these is a
/// value of its own, which need not be moved from one place to another.)
struct Stated<'r> {
    order_no: &'r [u8],
    line_no: &'r [u8],
    sku: &'r [u8],
    goods_name: &'r [u8],
    quantity: Option<Quantity>,
    unit_price: Option<Price>,
    amount: Option<CellMoney>,
}

impl Stated<'_> {
    /// Quantity and price, where the row holds both.
    #[inline(always)]
    fn figures(&self) -> Option<(Quantity, Price)> {
        self.quantity.zip(self.unit_price)
    }
}

impl OrderReader {
    /// What the row states of what it orders, but for its tax rate.
    #[inline(always)]
    fn stated<'r>(&self, cells: &mut Cells<'r, '_, OrderColumn>) -> Stated<'r> {
        let quantity = cells.needed_quantity(Quantity);
        let unit_price = cells.needed_price(UnitPrice);
        let amount = if self.amount_is_comparable(cells) { cells.amount(self.amount) } else { None };
        cells.money = match (amount, quantity, unit_price) {
            (Some(amount), ..) => amount.into(),
            (None, Some(quantity), Some(price)) => quantity.times_rounded(price),
            _ => Money::ZERO,
        };
        cells.currency = cells.text(Currency);
        let (order_no, line_no) = (cells.needed_id(OrderNo), cells.id(LineNo));
        let (sku, goods_name) = (cells.id(Sku), cells.needed_id(GoodsName));
        Stated { order_no, line_no, sku, goods_name, quantity, unit_price, amount }
    }

    /// What the row orders, all of its cells being read.
    #[inline(always)]
    fn ordered<'r>(
        &self,
        cells: &Cells<'r, '_, OrderColumn>,
        stated: &Stated<'r>,
        (quantity, unit_price): (Quantity, Price),
        tax_rate: Option<Rate>,
    ) -> Ordered<'r> {
        let &Stated { order_no, line_no, sku, goods_name, amount, .. } = stated;
        Ordered {
            order_no,
            line_no,
            sku,
            goods_name,
            quantity,
            unit_price,
            basis: self.basis,
            tax_rate,
            amount,
            currency: cells.currency,
            sales: cells.unread([Salesperson, Region, ProductLine]),
        }
    }

    /// An amount beside a tax amount (金额, 税额) is without tax, and says nothing about a price with it; nor does one
    /// in the books' currency about a price in another.
    #[inline(always)]
    fn amount_is_comparable(&self, cells: &Cells<'_, '_, OrderColumn>) -> bool {
        let in_another = |own: &String| {
            let currency = cells.text(Currency);
            !currency.is_empty() && currency_code(currency, own) != own.as_str()
        };
        if self.amount_in.as_ref().is_some_and(in_another) {
            return false;
        }
        self.basis == PriceBasis::Net || self.amount != Amount || !cells.layout().has(TaxAmount)
    }
}

/// Reads order lines again that were read before: only what they order.
#[derive(Clone, Debug)]
pub struct OrderedReader(OrderReader);

impl Document for OrderedReader {
    type Column = OrderColumn;
    type Row<'r> = Ordered<'r>;
    const KIND: Kind = Kind::Orders;

    fn of_file(layout: &Layout<OrderColumn>, policy: &Policy) -> OrderedReader {
        OrderedReader(OrderReader::of_file(layout, policy))
    }

    fn parse<'r>(&self, cells: &mut Cells<'r, '_, OrderColumn>) -> Option<Ordered<'r>> {
        let tax_rate = cells.tax_rate(TaxRate);
        let stated = self.0.stated(cells);
        Some(self.0.ordered(cells, &stated, stated.figures()?, tax_rate))
    }
}

/// What the heading over a price says of tax: 含税单价, 无税单价; `None` where it says nothing.
pub fn basis_of_heading(heading: &str) -> Option<PriceBasis> {
    let says = |words: &[&str]| words.iter().any(|word| heading.contains(word));
    if says(&["不含税", "无税", "未税", "去税"]) {
        Some(PriceBasis::Net)
    } else if says(&["含税"]) {
        Some(PriceBasis::TaxInclusive)
    } else {
        None
    }
}
