//! Who a document's customer is. Files of different programs name the same customer by its tax id, its code, its name
//! or its short name; customers.csv and `[input.customer_aliases]` say which belong together.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::io;
use std::ops::Deref;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use unicode_normalization::UnicodeNormalization;

use super::columns::CustomerColumn;
use super::dress::{is_placeholder, undressed};
use super::hash::FastMap;
use super::opening::{Opening, OwnHeadings, open_table};
use super::records::{BLOCK, Step};
use super::source::Source;
use crate::folding::folded;
use crate::ids::{CustomerKey, Id, Names};

/// What a document states of its customer; any of it may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stated<'r> {
    /// The tax id (纳税人识别号).
    pub tax_id: &'r [u8],
    /// The code.
    pub code: &'r [u8],
    /// The name.
    pub name: &'r [u8],
}

impl<'r> Stated<'r> {
    /// What stands for a customer that nobody knows: its code, else its name, else its tax id.
    fn itself(self) -> &'r [u8] {
        [self.code, self.name, self.tax_id].into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    }
}

/// A document's customer: its id, and its number among those that [`Parties`] knows where it is one of them.
#[derive(Clone, Copy, Debug)]
pub struct Party<'r> {
    id: &'r [u8],
    /// [`UNKNOWN`] where it is none of them. (Eight bytes, all of which are written: in four beside four that are not, or in
    /// an `Option`, it would be moved as one piece that was written in parts, for which the processor waits.)
    number: u64,
}

/// Stands for the number of a customer that has none.
const UNKNOWN: u64 = u64::MAX;

impl<'r> Party<'r> {
    /// The customer of this id, with its number where it has one.
    #[inline(always)]
    pub(super) const fn of(id: &'r [u8], number: Option<Id<CustomerKey>>) -> Party<'r> {
        let number = if let Some(number) = number { number.index() as u64 } else { UNKNOWN };
        Party { id, number }
    }

    /// A customer that [`Parties`] knows.
    pub(super) const fn known(id: &'r [u8], number: Id<CustomerKey>) -> Party<'r> {
        Party::of(id, Some(number))
    }

    /// Its id.
    pub const fn id(self) -> &'r [u8] {
        self.id
    }

    /// Its number, where that is known.
    pub const fn number(self) -> Option<Id<CustomerKey>> {
        if self.number == UNKNOWN { None } else { Some(Id::from_index(self.number as usize)) }
    }
}

impl<'r> From<&'r [u8]> for Party<'r> {
    fn from(id: &'r [u8]) -> Party<'r> {
        Party::of(id, None)
    }
}

impl Deref for Party<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.id
    }
}

/// One customer, or several that can't be told apart (their number among the ambiguous).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    One(Id<CustomerKey>),
    Several(u32),
}

/// The customers of the books by everything that names them.
#[derive(Debug, Default)]
pub struct Parties {
    /// The customers' ids: first those of customers.csv, which documents may state as codes, then those that only aliases
    /// have.
    ids: Names<CustomerKey>,
    /// How many of them are codes.
    codes: usize,
    by_tax_id: FastMap<String, Found>,
    ambiguous_tax_ids: Ambiguous,
    /// What customers.csv and the policy call them.
    called: Vec<Called>,
    aliases: Vec<(String, Id<CustomerKey>)>,
    /// The same so that it can be sought: most books state codes, and never ask for it.
    by_name: OnceLock<ByName>,
}

/// What customers.csv calls a customer.
#[derive(Debug)]
struct Called {
    id: Id<CustomerKey>,
    name: Box<[u8]>,
    short_name: Box<[u8]>,
}

/// Tax ids or names that several customers have, and whether a document needed them.
type Ambiguous = Vec<(String, AtomicBool)>;

/// Customers by what they are called.
#[derive(Debug, Default)]
struct ByName {
    /// By name, normalised; aliases of the policy go before names of customers.csv.
    names: FastMap<String, Found>,
    /// The same by the names as customers.csv writes them: most documents write them so too.
    written: FastMap<Box<[u8]>, Found>,
    /// By short name (客户简称), normalised: for names that are nobody's full name.
    short_names: FastMap<String, Found>,
    ambiguous: Ambiguous,
}

impl ByName {
    fn of(called: &[Called], aliases: &[(String, Id<CustomerKey>)]) -> ByName {
        let mut by_name = ByName::default();
        let ByName { names, written, short_names, ambiguous } = &mut by_name;
        let normal = |text: &[u8]| normal_name(&String::from_utf8_lossy(text));
        for Called { id, name, short_name } in called {
            if !name.is_empty() {
                join(names.entry(normal(name)), *id, name, ambiguous);
                written.insert(name.clone(), Found::One(*id));
            }
            if !short_name.is_empty() {
                join(short_names.entry(normal(short_name)), *id, short_name, ambiguous);
            }
        }
        for (name, id) in aliases {
            names.insert(normal_name(name), Found::One(*id));
        }
        for (text, found) in written {
            if let Some(known) = names.get(&normal(text)) {
                *found = *known;
            }
        }
        by_name
    }

    fn find(&self, name: &[u8]) -> Option<&Found> {
        if let Some(found) = self.written.get(name) {
            return Some(found);
        }
        let normal = normal_name(&String::from_utf8_lossy(name));
        self.names.get(&normal).or_else(|| self.short_names.get(&normal))
    }
}

impl Parties {
    /// Those of customers.csv, and the policy's aliases: another name to a customer_id. What is wrong with the file is
    /// not said here, but where it is read for its own sake.
    pub fn read<'s>(
        sources: impl IntoIterator<Item = &'s Source>,
        own: Option<&OwnHeadings>,
        aliases: &BTreeMap<String, String>,
    ) -> io::Result<Parties> {
        let mut parties = Parties::default();
        for source in sources {
            let mut records = source.records(BLOCK)?;
            let opened = open_table::<CustomerColumn, _>(&mut records, own)?;
            let Ok(Opening { layout, .. }) = opened else { continue };
            let place = |column| layout.position(column).unwrap_or(usize::MAX);
            let [id, tax_id] = [CustomerColumn::CustomerId, CustomerColumn::TaxId].map(place);
            let [name, short_name] = [CustomerColumn::CustomerName, CustomerColumn::ShortName].map(place);
            loop {
                match records.advance()? {
                    Step::Record(record) => {
                        let cell = |at| undressed(record.field(at));
                        let tax_id = Some(cell(tax_id)).filter(|tax_id| !is_placeholder(tax_id));
                        parties.add(cell(id), cell(name), cell(short_name), tax_id.unwrap_or_default());
                    }
                    Step::Fault(..) => {}
                    Step::End => break,
                }
            }
        }
        for (name, id) in aliases {
            parties.aliases.push((name.clone(), parties.ids.intern(id.as_bytes())));
        }
        Ok(parties)
    }

    fn add(&mut self, id: &[u8], name: &[u8], short_name: &[u8], tax_id: &[u8]) {
        if id.is_empty() {
            return;
        }
        let (id, is_new) = self.ids.intern_new(id);
        if !is_new {
            return;
        }
        self.codes = self.ids.len();
        if !tax_id.is_empty() {
            join(self.by_tax_id.entry(normal_tax_id(tax_id)), id, tax_id, &mut self.ambiguous_tax_ids);
        }
        self.called.push(Called { id, name: name.into(), short_name: short_name.into() });
    }

    /// The customer that a document means: by tax id, by code, by an alias of exactly that name, by name, by short
    /// name; else what the document states, as it stands.
    ///
    /// A tax id or a name that two customers share finds nobody; where nothing else does and the document counts
    /// (`counts`), that is remembered as ambiguous.
    pub fn find<'r>(&'r self, stated: Stated<'r>, counts: bool) -> Party<'r> {
        if self.codes == 0 && self.aliases.is_empty() {
            return stated.itself().into();
        }
        let by_tax_id = if stated.tax_id.is_empty() || self.by_tax_id.is_empty() {
            None
        } else {
            self.by_tax_id.get(&normal_tax_id(stated.tax_id))
        };
        if let Some(&Found::One(number)) = by_tax_id {
            return self.party(number);
        }
        if let Some(number) = self.number_of(stated.code) {
            return Party::known(stated.code, number);
        }
        // A column of codes may hold names after all.
        let name = if stated.name.is_empty() { stated.code } else { stated.name };
        let by_name = if name.is_empty() { None } else { self.by_name().find(name) };
        if let Some(&Found::One(number)) = by_name {
            return self.party(number);
        }
        if counts {
            let needs = |found: Option<&Found>, ambiguous: &Ambiguous| {
                if let Some(&Found::Several(number)) = found {
                    ambiguous[number as usize].1.store(true, Ordering::Relaxed);
                }
            };
            needs(by_tax_id, &self.ambiguous_tax_ids);
            if by_name.is_some() {
                needs(by_name, &self.by_name().ambiguous);
            }
        }
        stated.itself().into()
    }

    fn party(&self, number: Id<CustomerKey>) -> Party<'_> {
        Party::known(self.ids.bytes(number), number)
    }

    /// The same as [`Parties::number_of`] says, where the digits of the code tell.
    #[inline(always)]
    pub fn numbered(&self, code: &[u8]) -> Option<Option<Id<CustomerKey>>> {
        match self.ids.numbered(code)? {
            Some(number) if number.index() < self.codes => Some(Some(number)),
            _ => Some(None),
        }
    }

    /// The customer with this code, where there is one: a document that states no tax id means that customer.
    #[inline]
    pub fn number_of(&self, code: &[u8]) -> Option<Id<CustomerKey>> {
        let known = if code.is_empty() { None } else { self.ids.look_up(code) };
        known.filter(|number| number.index() < self.codes)
    }

    /// The ids of all customers, by number.
    pub fn ids(&self) -> impl Iterator<Item = &[u8]> {
        self.ids.all().map(|number| self.ids.bytes(number))
    }

    fn by_name(&self) -> &ByName {
        self.by_name.get_or_init(|| ByName::of(&self.called, &self.aliases))
    }

    /// Tax ids and names that several customers share and that alone told a document's customer, in order.
    pub fn ambiguous(&self) -> Vec<&str> {
        let names = self.by_name.get().into_iter().flat_map(|by_name| &by_name.ambiguous);
        let all = self.ambiguous_tax_ids.iter().chain(names);
        let needed = all.filter(|(_, needed)| needed.load(Ordering::Relaxed));
        let mut texts: Vec<&str> = needed.map(|(text, _)| text.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    }
}

/// Gives a key to a customer; a second one makes it ambiguous.
fn join(entry: Entry<'_, String, Found>, id: Id<CustomerKey>, written: &[u8], ambiguous: &mut Ambiguous) {
    entry
        .and_modify(|found| {
            if matches!(found, Found::One(_)) {
                *found = Found::Several(ambiguous.len() as u32);
                ambiguous.push((String::from_utf8_lossy(written).into_owned(), AtomicBool::new(false)));
            }
        })
        .or_insert_with(|| Found::One(id));
}

/// A customer's name as it is compared: full-width forms, case and blanks folded, brackets of one form.
fn normal_name(name: &str) -> String {
    let folded = folded(name);
    let without_blanks = folded.chars().filter(|c| !c.is_whitespace());
    let with_one_form = without_blanks.map(|c| match c {
        '【' | '〔' | '[' => '(',
        '】' | '〕' | ']' => ')',
        c => c,
    });
    with_one_form.collect()
}

fn normal_tax_id(tax_id: &[u8]) -> String {
    let text = String::from_utf8_lossy(tax_id);
    text.nfkc().flat_map(char::to_uppercase).filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Kind;

    fn parties(aliases: &[(&str, &str)]) -> Parties {
        let text = "customer_id,customer_name,customer_short_name,tax_id\n\
                    C1,宁波港城电器有限公司,港城,91330200MA2AAAAA1X\n\
                    C2,苏州恒通（集团）有限公司,恒通,91320500MA2BBBBB2X\n\
                    C3,永顺公司,永顺,91320500MA2CCCCC3X\n\
                    C4,永顺公司,永顺,91320500MA2CCCCC3X\n\
                    C5,恒通,,\n";
        let source = Source::memory(Kind::Customers, "customers.csv", text.as_bytes());
        let aliases = aliases.iter().map(|(name, id)| ((*name).to_owned(), (*id).to_owned())).collect();
        Parties::read([&source], None, &aliases).unwrap()
    }

    fn find(parties: &Parties, tax_id: &str, code: &str, name: &str) -> String {
        let stated = Stated { tax_id: tax_id.as_bytes(), code: code.as_bytes(), name: name.as_bytes() };
        String::from_utf8(parties.find(stated, true).to_vec()).unwrap()
    }

    #[test]
    fn a_customer_is_known_by_tax_id_then_code_then_name() {
        let parties = parties(&[]);
        assert_eq!(find(&parties, "91330200ma2aaaaa1x", "C2", "苏州恒通(集团)有限公司"), "C1");
        assert_eq!(find(&parties, "unknown", "C2", "宁波港城电器有限公司"), "C2");
        assert_eq!(find(&parties, "", "X9", "苏州恒通 (集团)有限公司"), "C2");
        assert_eq!(find(&parties, "", "宁波港城电器有限公司", ""), "C1");
        assert_eq!(find(&parties, "", "X9", "别的公司"), "X9");
        assert_eq!(find(&parties, "9999", "", ""), "9999");
    }

    #[test]
    fn what_two_customers_share_finds_nobody_and_is_reported_when_it_was_needed() {
        let parties = parties(&[]);
        assert_eq!(parties.ambiguous(), Vec::<&str>::new());
        assert_eq!(find(&parties, "", "", "永顺公司"), "永顺公司");
        assert_eq!(parties.ambiguous(), ["永顺公司"]);
    }

    #[test]
    fn a_short_name_finds_its_customer_unless_it_is_the_full_name_of_another() {
        let parties = parties(&[]);
        assert_eq!(find(&parties, "", "", " 港城"), "C1");
        assert_eq!(find(&parties, "", "", "恒通"), "C5");
        assert_eq!(find(&parties, "", "", "永顺"), "永顺");
        assert_eq!(parties.ambiguous(), ["永顺"]);
    }

    #[test]
    fn what_is_shared_is_not_reported_where_something_else_tells_or_the_document_does_not_count() {
        let parties = parties(&[]);
        assert_eq!(find(&parties, "91320500MA2CCCCC3X", "C4", "永顺公司"), "C4");
        assert_eq!(find(&parties, "91320500MA2CCCCC3X", "", "宁波港城电器有限公司"), "C1");
        let stated = Stated { name: "永顺公司".as_bytes(), ..Stated::default() };
        assert_eq!(parties.find(stated, false).id(), "永顺公司".as_bytes());
        assert_eq!(parties.ambiguous(), Vec::<&str>::new());
        assert_eq!(find(&parties, "91320500MA2CCCCC3X", "X9", ""), "X9");
        assert_eq!(parties.ambiguous(), ["91320500MA2CCCCC3X"]);
    }

    #[test]
    fn an_alias_of_the_policy_goes_before_a_name() {
        let parties = parties(&[("永顺公司", "C4"), ("港城电器（个人付款）", "C1")]);
        assert_eq!(find(&parties, "", "", "永顺公司"), "C4");
        assert_eq!(find(&parties, "", "", "港城电器(个人付款)"), "C1");
    }
}
