//! All headings of all reports, in English and Chinese: no other file has one.
//!
//! The key is what CSV headings and JSON keys say in every language; it never changes once released. The English
//! and Chinese forms stand above printed tables and are kept short, so that a table fits 80 columns.

use super::Heading;

/// One constant per line: its name, its key, English, Chinese. `ALL` is what the tests look through.
macro_rules! headings {
    ($($name:ident: $key:literal, $en:literal, $zh:literal;)*) => {
        $(
            #[doc = concat!("`", $key, "`: ", $en, ", ", $zh, ".")]
            pub const $name: Heading = Heading::new($key, $en, $zh);
        )*

        #[cfg(test)]
        const ALL: &[Heading] = &[$($name),*];
    };
}

headings! {
    // Who and what: in many reports.
    CUSTOMER_ID: "customer_id", "Customer", "客户编码";
    CUSTOMER_NAME: "customer_name", "Name", "客户名称";
    REGION: "region", "Region", "区域";
    PRODUCT_LINE: "product_line", "Product line", "产品线";
    SALESPERSON: "salesperson", "Salesperson", "业务员";
    INDUSTRY: "industry", "Industry", "行业";
    CREDIT_GRADE: "credit_grade", "Grade", "信用等级";
    CURRENCY: "currency", "Currency", "币种";
    ORDER_NO: "order_no", "Order", "订单号";
    LINE_NO: "line_no", "Line", "行号";
    INVOICE_NO: "invoice_no", "Invoice", "发票号码";
    TRANCHE: "tranche", "Tranche", "期次";
    DOCUMENT: "document", "Document", "单据";
    CODE: "code", "Code", "代码";
    KIND: "kind", "Kind", "种类";
    REASON: "reason", "Reason", "原因";
    OWNER: "owner", "Owner", "责任部门";
    STATUS: "status", "Status", "状态";
    QUANTITY: "quantity", "Quantity", "数量";
    AMOUNT: "amount", "Amount", "金额";
    BALANCE: "balance", "Balance", "应收余额";
    OVERDUE: "overdue", "Overdue", "逾期金额";
    OVERDUE_DAYS: "overdue_days", "Days overdue", "逾期天数";
    MAX_OVERDUE_DAYS: "max_overdue_days", "Most days", "最长逾期天数";
    DUE_DATE: "due_date", "Due", "到期日";
    BUCKET: "bucket", "Bucket", "逾期区间";

    // match.csv
    SKU: "sku", "SKU", "货号";
    GOODS_NAME: "goods_name", "Goods", "货物名称";
    ORDERED: "ordered", "Ordered", "订购数量";
    SHIPPED: "shipped", "Shipped", "发货数量";
    ACCEPTED: "accepted", "Accepted", "签收数量";
    DAMAGED: "damaged", "Damaged", "破损数量";
    REJECTED: "rejected", "Rejected", "拒收数量";
    BILLABLE: "billable", "Billable", "应开票数量";
    INVOICED: "invoiced", "Invoiced", "已开票数量";
    BILLABLE_AMOUNT: "billable_amount", "Billable amount", "应开票金额";
    INVOICED_AMOUNT: "invoiced_amount", "Invoiced amount", "已开票金额";
    TO_INVOICE: "to_invoice", "To invoice", "待开票数量";
    TO_INVOICE_AMOUNT: "to_invoice_amount", "Amount to invoice", "待开票金额";
    NEXT: "next", "Next", "下一步";
    FINDINGS: "findings", "Findings", "差异项";
    NOTE: "note", "Note", "备注";

    // differences.csv
    EXPECTED: "expected", "Expected", "应为";
    ACTUAL: "actual", "Actual", "实为";
    DIFFERENCE: "difference", "Difference", "差异";
    TOLERANCE: "tolerance", "Tolerance", "容差";
    WITHIN: "within", "Within", "容差之内";

    // orphans.csv
    INVOICE_CODE: "invoice_code", "Invoice code", "发票代码";
    SUGGESTION: "suggestion", "Suggestion", "建议";

    // aging.csv, aging-items.csv
    OVERDUE_PCT: "overdue_pct", "Overdue %", "逾期占比";
    UNAPPLIED_CREDIT: "unapplied_credit", "Unapplied credit", "未核销款";
    OVER_REFUNDED: "over_refunded", "Over-refunded", "超退金额";
    UNBILLED: "unbilled", "Unbilled", "未开票应收";
    INVOICE_DATE: "invoice_date", "Invoiced on", "开票日期";
    TERMS: "terms", "Terms", "付款条件";
    SETTLED: "settled", "Settled", "已核销金额";

    // settlements.csv
    RULE: "rule", "Rule", "核销依据";

    // findings.csv
    WHAT: "what", "What", "说明";

    // worklist.csv
    TIER: "tier", "Tier", "催收级别";
    ALERT: "alert", "Alert", "预警";
    OLDEST_INVOICE: "oldest_invoice", "Oldest invoice", "最早逾期发票";
    NEXT_ACTION: "next_action", "Next action", "下一步措施";
    CHANNEL: "channel", "Channel", "催收方式";
    DUE_BY: "due_by", "Due by", "完成期限";
    LAST_CONTACT: "last_contact", "Last contact", "最近联系";
    CONTACTS: "contacts", "Contacts", "联系次数";
    WRITTEN_CONTACTS: "written_contacts", "Written", "书面催收次数";
    PROMISE_DATE: "promise_date", "Promised for", "承诺付款日";
    DISPUTED: "disputed", "Disputed", "争议金额";
    DUNNED: "dunned", "Dunned", "可催收金额";
    EXTENDED: "extended", "Extended", "展期金额";
    EXTENDED_TO: "extended_to", "Extended to", "展期至";

    // provision.csv
    SHARE: "share", "Share", "占比";
    CUSTOMERS: "customers", "Customers", "客户数";
    RATE_BASIS: "rate_basis", "Rate basis", "计提依据";
    REQUIRED: "required", "Required", "应计提准备";
    OPENING: "opening", "Opening", "期初准备";
    WRITTEN_OFF: "written_off", "Written off", "本期核销";
    RECOVERED: "recovered", "Recovered", "收回已核销";
    CHARGE: "charge", "Charge", "本期计提";
    CLOSING: "closing", "Closing", "期末准备";

    // provision-items.csv, writeoffs.csv
    BASE_RATE: "base_rate", "Base rate", "基础比例";
    UPLIFT: "uplift", "Uplift", "上浮";
    RATE: "rate", "Rate", "计提比例";

    // company-currency.csv
    TOTAL_OF: "total_of", "Total of", "项目";
    EXCHANGE_RATE: "exchange_rate", "Exchange rate", "汇率";
    RATE_DATE: "rate_date", "Rate of", "汇率日期";
    COMPANY_AMOUNT: "company_amount", "Company amount", "本位币金额";
    PROVISION: "provision", "Provision", "坏账准备";

    // journal.csv
    DATE: "date", "Date", "日期";
    ACCOUNT: "account", "Account", "科目编码";
    ACCOUNT_NAME: "account_name", "Account name", "科目名称";
    DEBIT: "debit", "Debit", "借方金额";
    CREDIT: "credit", "Credit", "贷方金额";
    SUMMARY: "summary", "Summary", "摘要";

    // rejects.csv and the lists of problems
    FILE: "file", "File", "文件";
    LINE: "line", "Line", "行";
    COLUMN: "column", "Column", "列";
    HEADING: "heading", "Heading", "表头";
    DELIMITER: "delimiter", "Delimiter", "分隔符";
    LINE_ENDS: "line_ends", "Line ends", "行尾符";
    TITLE_ROWS: "title_rows", "Title rows", "标题行数";
    HEADING_ROWS: "heading_rows", "Heading rows", "表头行数";
    MESSAGE: "message", "Problem", "问题";
    ROW: "row", "Row", "原行";

    // check
    ENCODING: "encoding", "Encoding", "编码";
    ROWS_READ: "rows_read", "Rows read", "读入行数";
    USED: "used", "Used", "使用行数";
    LEFT_OUT: "left_out", "Left out", "剔除行数";
    SET_ASIDE: "set_aside", "Set aside", "搁置行数";
    BLANK_LINES: "blank_lines", "Blank lines", "空行数";
    MONEY_READ: "money_read", "Money read", "读入金额";
    MONEY_USED: "money_used", "Money used", "使用金额";
    MONEY_LEFT_OUT: "money_left_out", "Money left out", "剔除金额";
    MONEY_SET_ASIDE: "money_set_aside", "Money set aside", "搁置金额";
    ROWS: "rows", "Rows", "行数";
    MONEY: "money", "Money", "涉及金额";

    // policy
    KEY: "key", "Key", "参数";
    VALUE: "value", "Value", "取值";
    ORIGIN: "origin", "Origin", "来源";

    // Summaries of printed reports
    LINES: "lines", "Lines", "行数";
    INVOICES: "invoices", "Invoices", "发票";
    RECEIVED: "received", "Received", "收款与红票";
    PENDING: "pending", "Pending", "未到期票据";
    DISHONOURED: "dishonoured", "Dishonoured", "拒付";

    // bills.csv, received-by-method.csv, recovery.csv
    METHOD: "method", "Method", "结算方式";
    MATURITY_DATE: "maturity_date", "Matures", "票据到期日";
    DAYS_TO_MATURITY: "days_to_maturity", "Days to it", "距到期天数";
    STATE: "state", "State", "票据状态";
    SETTLES: "settles", "Settles", "计为已付";
    PAYMENTS: "payments", "Payments", "笔数";
    IN_HAND: "in_hand", "In hand", "未到期票据";
    TO_CONFIRM: "to_confirm", "To confirm", "到期待确认";
    MATURED: "matured", "Matured", "已到期";
    WITHOUT_BILLS: "without_bills", "Without bills", "不含票据回款";
    WITHOUT_BILLS_PCT: "without_bills_pct", "Without, %", "不含票据率";
    WITH_BILLS: "with_bills", "With bills", "含票据回款";
    WITH_BILLS_PCT: "with_bills_pct", "With, %", "含票据率";
}

/// The bucket of an item where the age report counts from the invoice date; takes the place of [`BUCKET`].
pub const AGE_BUCKET: Heading = Heading::new("bucket", "Age", "账龄区间");

/// The number of a row within its invoice; its key is that of [`LINE`].
pub const INVOICE_LINE: Heading = Heading::new("line", "Invoice line", "发票行号");

/// The order line where an invoice's line stands beside it; its key is that of [`LINE_NO`].
pub const ORDER_LINE: Heading = Heading::new("line_no", "Order line", "订单行号");

/// The heading of one bucket's column, from the bucket's name: `not_due`, `1-30`, `181+`.
///
/// ```
/// use recv::lang::Lang;
/// use recv::report::headings::bucket;
/// assert_eq!(bucket("not_due").say(Lang::En), "Not due");
/// assert_eq!(bucket("1-30").say(Lang::Zh), "1-30天");
/// assert_eq!(bucket("181+").say(Lang::Zh), "181天以上");
/// ```
pub fn bucket(name: &str) -> Heading {
    if name == "not_due" {
        return Heading::new("not_due", "Not due", "未到期");
    }
    let owned = |text: String| text.into();
    Heading { key: owned(name.to_owned()), en: owned(name.to_owned()), zh: owned(days_in_chinese(name)) }
}

/// The heading of one bucket's column where buckets count from the invoice date: `Age 1-30`, 账龄1-30天.
pub fn age_bucket(name: &str) -> Heading {
    let days = if name == "not_due" { "0" } else { name };
    let zh = format!("账龄{}", days_in_chinese(days));
    Heading { key: name.to_owned().into(), en: format!("Age {days}").into(), zh: zh.into() }
}

fn days_in_chinese(name: &str) -> String {
    name.strip_suffix('+').map_or_else(|| format!("{name}天"), |from| format!("{from}天以上"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn keys_are_unique_and_no_language_is_empty() {
        let mut keys = HashSet::new();
        for heading in ALL {
            assert!(keys.insert(heading.key.as_ref()), "{} comes twice", heading.key);
            assert!(!heading.en.is_empty() && !heading.zh.is_empty(), "{}", heading.key);
        }
    }

    #[test]
    fn keys_are_plain_and_headings_short() {
        for heading in ALL {
            assert!(heading.key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", heading.key);
            assert!(heading.en.width() <= 17 && heading.zh.width() <= 12, "{}", heading.key);
        }
    }

    #[test]
    fn buckets_by_age_say_so_and_keep_their_keys() {
        let heading = age_bucket("181+");
        assert_eq!((&*heading.key, &*heading.en, &*heading.zh), ("181+", "Age 181+", "账龄181天以上"));
        assert_eq!(age_bucket("not_due").zh, "账龄0天");
    }
}
