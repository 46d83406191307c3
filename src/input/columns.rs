//! The columns that recv reads, and every heading they answer to: the one alias table.
//!
//! Each column has its own name (as in the documentation) and groups of headings that real exports use, the surest
//! first: a heading of an earlier group wins over one of a later; two headings of one group in the same file are an
//! error that names both. Headings are compared after [`normalise_heading`].

use unicode_normalization::UnicodeNormalization;

use super::source::Kind;

/// A column as the table states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnSpec {
    /// The column's own name.
    pub name: &'static str,
    /// Whether a file without the column is refused, unless it has one of those instead.
    pub needed: bool,
    /// Columns that do as well.
    pub instead: &'static [&'static str],
    /// Whether the column is one of the documentation, and so of the files that `recv init` writes; others are read
    /// where real exports have them.
    pub documented: bool,
    /// Headings that mean this column, in groups, the surest group first.
    pub aliases: &'static [&'static [&'static str]],
}

/// What columns are called in Chinese whose surest heading is not their plainest one. Each is a heading of its column in
/// every kind of file, so that a message may ask for it.
const PLAIN_CHINESE: [(&str, &str); 12] = [
    ("amount", "金额"),
    ("amount_net", "不含税金额"),
    ("approval", "审核状态"),
    ("customer_name", "客户名称"),
    ("goods_name", "货物名称"),
    ("invoice_line_no", "发票行号"),
    ("invoice_no", "发票号码"),
    ("maturity_date", "票据到期日"),
    ("payment_method", "付款方式"),
    ("quantity", "数量"),
    ("sku", "货号"),
    ("unit_price", "单价"),
];

/// Columns that hold amounts of money.
const MONEY: [&str; 14] = [
    "amount",
    "amount_net",
    "amount_out",
    "amount_with_tax",
    "credit_limit",
    "discount",
    "gross_amount",
    "net_amount",
    "opening",
    "recovered",
    "tax_amount",
    "total_net_amount",
    "total_tax_amount",
    "written_off",
];

impl ColumnSpec {
    /// Whether the column holds figures: money, prices, quantities, rates.
    pub fn is_figure(&self) -> bool {
        self.is_money() || ["quantity", "price", "rate"].iter().any(|part| self.name.contains(part))
    }

    /// Whether the column holds amounts of money.
    pub fn is_money(&self) -> bool {
        MONEY.contains(&self.name)
    }

    /// What the column is called in Chinese: a plain name that is one of its headings, else its surest Chinese heading.
    pub fn chinese(&self) -> &'static str {
        let plain = PLAIN_CHINESE.iter().find(|(name, _)| *name == self.name).map(|&(_, plain)| plain);
        let mut aliases = self.aliases.iter().copied().flatten();
        plain.or_else(|| aliases.find(|alias| !alias.is_ascii()).copied()).unwrap_or(self.name)
    }
}

/// The columns of one kind of file.
pub trait Columns: Copy + Send + Sync + 'static {
    /// The table of the kind, in the order of the enum.
    const SPECS: &'static [ColumnSpec];
    /// The column's place in the table.
    fn index(self) -> usize;
    /// What the table says of the column.
    fn spec(self) -> &'static ColumnSpec {
        &Self::SPECS[self.index()]
    }
}

/// No kind of file has more columns than this.
pub const MOST_COLUMNS: usize = 64;

macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($column:ident = $text:literal $needed:ident $(($($instead:literal),+))? [$([$($alias:literal),* $(,)?]),* $(,)?];)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the columns are documented by name in the README")]
        pub enum $name { $($column),* }

        impl Columns for $name {
            const SPECS: &'static [ColumnSpec] = &[
                $(ColumnSpec {
                    name: $text,
                    needed: columns!(@$needed),
                    instead: &[$($($instead),+)?],
                    documented: columns!(@documented $needed),
                    aliases: &[$(&[$($alias),*]),*],
                }),*
            ];

            #[inline]
            fn index(self) -> usize {
                self as usize
            }
        }

        const _: () = assert!($name::SPECS.len() <= MOST_COLUMNS);
    };
    (@needed) => { true };
    (@optional) => { false };
    (@extra) => { false };
    (@documented extra) => { false };
    (@documented $other:ident) => { true };
}

columns! {
    /// Columns of `orders.csv` (销售订单): an order line.
    OrderColumn {
        OrderNo = "order_no" needed [["订单号", "销售订单号", "订单编号", "销售订单编号", "合同订单号", "Order Number"], ["核心单据号", "PO号"], ["单据编号", "单据号", "单号", "编号"]];
        LineNo = "line_no" optional [["订单行号", "Line"], ["行号", "分录行号", "核心单据行号", "明细信息行号"]];
        OrderDate = "order_date" needed [["订单日期", "下单日期"], ["单据日期"], ["业务日期"], ["签订日期"], ["日期"]];
        CustomerId = "customer_id" needed("customer_name", "tax_id") [["客户编码", "客户编号", "客户代码", "往来单位编码", "购货单位代码", "购货单位编码", "Customer Code", "Customer"]];
        CustomerName = "customer_name" extra [["客户名称"], ["结算客户"], ["客户", "购货单位", "购买单位", "往来单位", "单位名称"], ["订货客户"], ["付款客户"], ["客户简称"]];
        TaxId = "tax_id" extra [["统一社会信用代码", "纳税人识别号", "客户税号", "税号"]];
        Sku = "sku" optional [["物料编码", "存货编码", "商品编码", "产品编码", "货号", "料号", "Item Code"], ["物料代码", "产品代码", "商品代码", "存货代码"], ["产品长代码", "物料长代码"]];
        GoodsName = "goods_name" needed [["物料名称", "存货名称", "商品名称", "产品名称", "货物名称", "货物或应税劳务名称", "品名", "Item Name"], ["项目名称", "名称"], ["存货"]];
        Unit = "unit" optional [["单位", "计量单位", "主计量单位", "销售单位"], ["主计量", "基本单位"]];
        Quantity = "quantity" needed [["订单数量", "销售数量", "订货数量", "Qty"], ["数量"], ["主数量", "计划数量"], ["基本数量", "基本单位数量"]];
        UnitPrice = "unit_price" needed [["实际含税单价", "含税净价"], ["含税单价"], ["原币含税单价"], ["主含税单价"], ["单价", "销售单价", "Price"], ["无税单价", "不含税单价"], ["原币无税单价"], ["主无税单价"]];
        TaxRate = "tax_rate" optional [["税率", "税率%", "表体税率", "征收率"]];
        Amount = "amount" optional [["订单金额", "合同金额"], ["金额"], ["总金额", "合计金额"], ["金额(本位币)"]];
        AmountWithTax = "amount_with_tax" extra [["价税合计", "含税金额"], ["原币价税合计"], ["价税合计_行"], ["本币价税合计", "价税合计(本位币)"]];
        AmountNet = "amount_net" extra [["无税金额", "不含税金额"], ["原币无税金额"], ["本币无税金额"]];
        TaxAmount = "tax_amount" extra [["税额"], ["原币税额"], ["税额(本位币)"]];
        Currency = "currency" optional [["币种", "币别", "结算币种", "结算币别"], ["原币"]];
        Terms = "terms" optional("payment_method") [["付款条件", "收款条件", "Payment Terms"], ["结算周期", "账期"], ["信用期", "信用天数"]];
        PaymentMethod = "payment_method" extra [["结款方式"], ["付款方式"], ["结算方式"], ["收款方式", "支付方式"]];
        ContractNo = "contract_no" optional [["合同号", "合同编号", "销售合同号", "协议号"]];
        Salesperson = "salesperson" optional [["业务员", "销售员", "销售业务员", "客户经理"], ["经手人"]];
        Region = "region" optional [["区域", "销售区域", "大区", "省区"]];
        ProductLine = "product_line" optional [["产品线", "品类", "产品类别"]];
        Status = "status" optional [["订单状态", "行状态", "关闭状态"], ["状态"]];
        Approval = "approval" extra [["单据状态"], ["审核状态"], ["审批流状态", "审批状态"]];
        ApprovedFlag = "is_approved" extra [["审核标志", "是否审核"]];
        CancelledDate = "cancelled_date" optional [["取消日期", "作废日期"]];
    }
}

columns! {
    /// Columns of `shipments.csv` (销售出库单): a shipped line.
    ShipmentColumn {
        ShipmentNo = "shipment_no" needed [["出库单号", "销售出库单号"], ["发货单号", "销售发货单号"], ["送货单号", "交货单号"], ["单据编号", "单据号", "单号", "编号"]];
        OrderNo = "order_no" needed [["订单号", "销售订单号", "订单编号", "销售订单编号"], ["源单编号", "源单单号", "来源单据号", "来源单号", "上游单号"]];
        LineNo = "line_no" optional [["订单行号"], ["来源行号"], ["行号"]];
        ShipDate = "ship_date" needed [["出库日期", "发货日期", "送货日期"], ["单据日期"], ["业务日期"], ["日期"]];
        Sku = "sku" optional [["物料编码", "存货编码", "商品编码", "产品编码", "货号", "料号"], ["物料代码", "产品代码", "商品代码", "存货代码"], ["产品长代码", "物料长代码"]];
        GoodsName = "goods_name" needed [["物料名称", "存货名称", "商品名称", "产品名称", "货物名称", "品名"], ["项目名称", "名称"], ["存货"]];
        Quantity = "quantity" needed [["实发数量", "出库数量", "发货数量"], ["数量"], ["主数量"], ["基本单位实发数量", "基本单位数量", "基本数量"], ["累计出库数量"]];
        IsReturn = "is_return" extra [["退货标志", "是否退货"], ["红字标志", "是否红字"]];
        RedOrBlue = "red_or_blue" extra [["红蓝字", "红蓝标志"]];
        Type = "type" extra [["单据类型"], ["业务类型"]];
        Approval = "approval" extra [["单据状态"], ["审核状态"], ["审批流状态", "审批状态"], ["状态"]];
        ApprovedFlag = "is_approved" extra [["审核标志", "是否审核"]];
    }
}

columns! {
    /// Columns of `receipts.csv` (签收单): a signed-for line.
    ReceiptColumn {
        ReceiptNo = "receipt_no" needed [["签收单号", "客户签收单号", "签收确认单号", "回单号", "送货回单号", "验收单号", "收货单号"], ["单据编号", "单据号", "单号", "编号"]];
        ShipmentNo = "shipment_no" optional [["出库单号", "销售出库单号"], ["发货单号"], ["送货单号"], ["来源单据号"], ["运单号"]];
        OrderNo = "order_no" needed [["订单号", "销售订单号", "订单编号", "销售订单编号"], ["源单编号"]];
        LineNo = "line_no" optional [["订单行号"], ["来源行号"], ["行号"]];
        SignDate = "sign_date" needed [["签收日期", "客户签收日期"], ["签收时间", "回单签收时间"], ["收货日期", "到货日期", "验收日期"], ["单据日期"], ["日期"]];
        Sku = "sku" optional [["物料编码", "存货编码", "商品编码", "产品编码", "货号", "料号"], ["物料代码", "产品代码", "商品代码", "存货代码"], ["产品长代码", "物料长代码"]];
        GoodsName = "goods_name" needed [["物料名称", "存货名称", "商品名称", "产品名称", "货物名称", "品名"], ["项目名称", "名称"], ["存货"]];
        Accepted = "accepted_quantity" needed [["签收数量", "实收数量", "验收数量", "合格数量"], ["收货数量", "累计签收确认数量", "receivedQty"]];
        Damaged = "damaged_quantity" optional [["破损数量", "途损数量", "lossQty"], ["短少数量"]];
        Rejected = "rejected_quantity" optional [["拒收数量", "拒签数量", "退回数量", "rejectQty"]];
        Reason = "reason" optional [["差异原因", "拒收原因", "异常说明"], ["备注"]];
        Responsible = "responsible" optional [["责任人", "责任方"]];
        SignStatus = "sign_status" extra [["签收状态"], ["回单状态", "回单签收状态"]];
        SignedBy = "signed_by" optional [["签收人", "客户签收人"], ["收货人"]];
        IsReturn = "is_return" extra [["退货标志", "是否退货"], ["红字标志", "是否红字"]];
        RedOrBlue = "red_or_blue" extra [["红蓝字", "红蓝标志"]];
        Type = "type" extra [["单据类型"], ["业务类型"]];
        Approval = "approval" extra [["单据状态"], ["审核状态"], ["审批流状态", "审批状态"]];
        ApprovedFlag = "is_approved" extra [["审核标志", "是否审核"]];
    }
}

columns! {
    /// Columns of `invoices.csv` (增值税发票): an invoice line.
    InvoiceColumn {
        InvoiceNo = "invoice_no" needed("digital_no") [["发票号码", "发票号", "实际发票号", "Invoice Number"], ["应收单号", "应收单据号"], ["单据编号"]];
        DigitalNo = "digital_no" extra [["数电发票号码", "数电票号码", "数电号码", "全电发票号码"]];
        InvoiceCode = "invoice_code" optional [["发票代码"]];
        InvoiceDate = "invoice_date" needed [["开票日期", "发票日期", "开具日期", "发票开具日期"], ["开票时间"], ["单据日期"], ["业务日期"]];
        Kind = "kind" optional [["红蓝标志", "红蓝字"]];
        Positive = "is_positive" extra [["是否正数发票"]];
        Negative = "is_negative" extra [["是否红字", "是否红字发票", "是否红票"]];
        Status = "status" optional [["发票状态"], ["状态"]];
        Approval = "approval" extra [["单据状态"], ["审核状态"], ["审批流状态", "审批状态"]];
        ApprovedFlag = "is_approved" extra [["审核标志", "是否审核"]];
        CustomerId = "customer_id" needed("customer_name", "tax_id") [["客户编码", "客户编号", "客户代码", "购方单位代号", "Customer Code", "Customer"]];
        CustomerName = "customer_name" extra [["购买方名称", "购方名称", "购方企业名称", "客户名称"], ["对方名称", "对方单位", "客户"]];
        TaxId = "tax_id" extra [["购方识别号", "购方税号", "购买方纳税人识别号", "购方纳税人识别号", "购方统一社会信用代码", "购买方识别号"], ["对方税号"]];
        OrderNo = "order_no" optional [["订单号", "销售订单号", "订单编号", "客户订单号"], ["单据号"]];
        LineNo = "line_no" optional [["订单行号"]];
        InvoiceLine = "invoice_line_no" extra [["发票行行号", "发票行号"]];
        Sku = "sku" optional [["物料编码", "存货编码", "商品编码", "产品编码", "货号", "料号"], ["物料代码", "产品代码", "商品代码", "存货代码"], ["产品长代码", "物料长代码"]];
        GoodsName = "goods_name" optional [["货物或应税劳务名称", "货物名称", "商品名称", "物料名称", "存货名称", "产品名称"], ["项目名称"]];
        Quantity = "quantity" optional [["数量", "开票数量"]];
        UnitPrice = "unit_price" optional [["单价"]];
        NetAmount = "net_amount" optional [["不含税金额", "无税金额"], ["金额"]];
        TaxRate = "tax_rate" optional [["税率", "税率%", "征收率"]];
        TaxAmount = "tax_amount" optional [["税额", "票面税额"]];
        TotalNet = "total_net_amount" extra [["合计金额"]];
        TotalTax = "total_tax_amount" extra [["合计税额"]];
        GrossAmount = "gross_amount" optional [["价税合计", "含税金额", "价税合计(小写)"], ["应收金额", "发票金额"]];
        OriginalNo = "original_invoice_no" optional [["对应蓝字发票号", "原蓝字发票号", "红冲发票号", "贷项发票的原发票号"], ["对应蓝字发票号码", "原蓝字发票号码", "被红冲蓝字发票号码", "对应正数发票号码"], ["原发票号码", "原发票号"]];
        OriginalCode = "original_invoice_code" extra [["对应蓝字发票代码", "原蓝字发票代码", "被红冲蓝字发票代码", "对应正数发票代码"], ["原发票代码"]];
        DueDate = "due_date" optional [["到期日", "到期日期", "最后到期日", "到期时间"]];
        Currency = "currency" optional [["币种", "币别"]];
        Remark = "remark" optional [["备注"]];
        VoidDate = "void_date" optional [["作废日期", "作废时间"]];
        Secured = "secured" extra [["担保", "担保比例", "有无担保"]];
        InterestRate = "interest_rate" extra [["利率", "年利率", "约定利率"]];
    }
}

columns! {
    /// Columns of `payments.csv` (收款单): money or a bill received.
    PaymentColumn {
        PaymentNo = "payment_no" needed("counterparty") [["收款单号", "回款编号"], ["单据编号", "单据号", "单号", "编号"], ["交易流水号", "银行流水号", "流水号"], ["交易序号"], ["凭证号", "凭证号码"], ["回单号"]];
        PaymentLine = "payment_line" extra [["行号", "分录号", "分录行号", "明细行", "明细行号", "明细信息行号"], ["序号"]];
        PaymentDate = "payment_date" needed [["收款日期", "回款日期", "到账日期", "入账日期"], ["交易日期", "交易日"], ["记账日期", "记账日"], ["交易时间"], ["业务日期"], ["单据日期"], ["日期"]];
        CustomerId = "customer_id" needed("customer_name", "tax_id", "payer_name", "counterparty", "payer_tax_id") [["客户编码", "客户编号", "客户代码", "往来单位编码", "往来单位代码", "Customer Code", "Customer"]];
        CustomerName = "customer_name" extra [["客户名称"], ["客户"], ["往来单位", "往来单位名称"], ["购货单位", "结算客户"], ["客户简称"]];
        TaxId = "tax_id" extra [["统一社会信用代码", "纳税人识别号", "客户税号"]];
        PayerName = "payer_name" extra [["付款单位", "付款方", "付款人", "付款单位名称", "付款方名称"]];
        Counterparty = "counterparty" extra [["对方户名", "对方名称", "对方单位名称", "对方单位", "对方账户名称", "收(付)方名称"]];
        PayerTaxId = "payer_tax_id" extra [["付款方税号", "对方税号"]];
        Type = "type" extra [["单据类型"]];
        InvoiceNo = "invoice_no" optional [["核销发票号", "对应发票", "发票号码", "发票号", "Invoice Number"]];
        OrderNo = "order_no" optional [["订单号", "销售订单号", "订单编号", "销售订单编号"]];
        ContractNo = "contract_no" optional [["合同号", "合同编号", "销售合同号"]];
        Amount = "amount" needed [["收款金额", "实收金额", "回款金额", "到账金额"], ["收入金额", "收入", "贷方金额", "贷方发生额", "贷方发生额(收入)"], ["交易金额", "交易发生金额", "发生额", "金额"]];
        Method = "method" optional [["结算方式", "收款方式", "付款方式"], ["票据类型"]];
        MaturityDate = "maturity_date" optional [["汇票到期日", "票据到期日"], ["到期日", "到期日期"]];
        Status = "status" optional [["票据状态", "收款状态"], ["状态"]];
        Approval = "approval" extra [["单据状态"], ["审核状态"], ["审批流状态", "审批状态"]];
        ApprovedFlag = "is_approved" extra [["审核标志", "是否审核"]];
        Direction = "direction" extra [["借贷标志", "借贷方向", "收支方向", "收付标志", "收/支"]];
        AmountOut = "amount_out" extra [["支出金额", "支出", "借方金额", "借方发生额", "借方发生额(支取)", "付款金额"]];
        Balance = "balance" extra [["余额", "账户余额", "交易后余额", "当前余额", "本次余额"]];
        Summary = "summary" extra [["摘要"], ["用途"], ["附言"]];
        DishonouredDate = "dishonoured_date" optional [["拒付日期", "退票日期"]];
        Currency = "currency" optional [["币种", "币别"]];
        Discount = "discount" optional [["现金折扣", "折扣金额", "折扣"]];
    }
}

columns! {
    /// Columns of `customers.csv` (客户): a customer.
    CustomerColumn {
        CustomerId = "customer_id" needed [["客户编码", "客户编号", "客户代码", "Customer Code"], ["Customer"]];
        CustomerName = "customer_name" optional [["客户全称"], ["客户名称", "单位名称", "企业名称", "Customer Name"]];
        ShortName = "customer_short_name" extra [["客户简称", "简称"]];
        Industry = "industry" optional [["行业", "所属行业"]];
        CreditGrade = "credit_grade" optional [["信用等级", "信用评级"], ["客户等级", "客户级别"]];
        Terms = "terms" optional("payment_method") [["付款条件", "收款条件"], ["结算周期", "账期", "账期(天)"], ["信用期", "信用天数"]];
        PaymentMethod = "payment_method" extra [["结款方式"], ["付款方式"], ["结算方式"], ["收款方式", "支付方式"]];
        CreditLimit = "credit_limit" optional [["信用额度", "授信额度", "赊销额度", "信用限额"]];
        Region = "region" optional [["区域", "大区", "销售区域"], ["省份"]];
        Salesperson = "salesperson" optional [["业务员", "销售员", "客户经理"], ["责任人", "专管业务员"]];
        SpecificRate = "specific_rate" optional [["单项计提比例"]];
        Email = "email" optional [["邮箱", "电子邮件"]];
        Phone = "phone" optional [["联系电话", "手机", "电话"]];
        Address = "address" optional [["地址", "送达地址"], ["注册地址"], ["收货地址"]];
        TaxId = "tax_id" optional [["统一社会信用代码", "纳税人识别号", "纳税登记号", "税号", "购方税号"]];
        Secured = "secured" extra [["担保", "担保比例", "有无担保"]];
        InterestRate = "interest_rate" extra [["利率", "年利率", "约定利率"]];
    }
}

columns! {
    /// Columns of `allowance.csv` (坏账准备变动): an allowance movement of the period.
    AllowanceColumn {
        CustomerId = "customer_id" needed [["客户编码", "客户编号", "客户代码", "Customer Code"], ["客户名称", "客户", "Customer"]];
        Opening = "opening" needed [["期初余额", "期初坏账准备", "期初"]];
        WrittenOff = "written_off" optional [["本期核销", "核销", "核销金额"]];
        Recovered = "recovered" optional [["收回已核销", "核销后收回", "收回"]];
        Currency = "currency" extra [["币种", "币别"]];
    }
}

columns! {
    /// Columns of `links.csv` (发票与订单的对应): an invoice line, or a whole invoice, and its order line.
    LinkColumn {
        InvoiceNo = "invoice_no" needed [["发票号码", "发票号", "Invoice Number"], ["数电发票号码", "数电票号码", "全电发票号码"]];
        InvoiceCode = "invoice_code" optional [["发票代码"]];
        Row = "line" optional [["发票行号", "发票明细行号", "发票行次"], ["行号", "序号", "行次", "行"]];
        OrderNo = "order_no" needed [["订单号", "销售订单号", "订单编号", "销售订单编号", "Order Number"]];
        LineNo = "line_no" optional [["订单行号", "销售订单行号"]];
    }
}

columns! {
    /// Columns of `holidays.csv` (节假日): a holiday, or a weekend that is worked.
    HolidayColumn {
        Date = "date" needed [["日期", "放假日期", "节假日日期", "Holiday Date"]];
        Kind = "kind" needed [["类型", "日期类型", "类别", "Type"]];
    }
}

columns! {
    /// Columns of `disputes.csv` (争议): an amount of an invoice that the customer disputes.
    DisputeColumn {
        InvoiceNo = "invoice_no" needed [["发票号码", "发票号", "争议发票", "Invoice Number"], ["应收单号"]];
        CustomerId = "customer_id" optional [["客户编码", "客户编号", "客户代码", "Customer Code"]];
        CustomerName = "customer_name" extra [["客户名称"], ["客户"]];
        TaxId = "tax_id" extra [["统一社会信用代码", "纳税人识别号", "客户税号"]];
        Amount = "amount" needed [["争议金额", "异议金额"], ["金额"]];
        Opened = "opened" needed [["提出日期", "争议日期", "异议日期", "登记日期"], ["日期"]];
        Closed = "closed" optional [["结案日期", "解决日期", "关闭日期"]];
        Reason = "reason" optional [["争议原因", "异议原因"], ["原因"]];
        Owner = "owner" optional [["责任部门", "责任人", "负责人"]];
    }
}

columns! {
    /// Columns of `extensions.csv` (展期): a later due date that was granted for an invoice.
    ExtensionColumn {
        InvoiceNo = "invoice_no" needed [["发票号码", "发票号", "Invoice Number"], ["应收单号"]];
        CustomerId = "customer_id" optional [["客户编码", "客户编号", "客户代码", "Customer Code"]];
        CustomerName = "customer_name" extra [["客户名称"], ["客户"]];
        TaxId = "tax_id" extra [["统一社会信用代码", "纳税人识别号", "客户税号"]];
        NewDueDate = "new_due_date" needed [["展期后到期日", "延期至", "展期至", "新到期日"]];
        ApprovedBy = "approved_by" needed [["审批人", "批准人"]];
        ApprovedOn = "approved_on" needed [["审批日期", "批准日期", "审批时间"]];
    }
}

columns! {
    /// Columns of `rates.csv` (汇率): what one unit of a currency is worth in the company's.
    RateColumn {
        Date = "date" needed [["日期", "汇率日期", "生效日期", "Rate Date"]];
        Currency = "currency" needed [["币种", "币别", "外币", "原币"]];
        Rate = "rate" needed [["汇率", "期末汇率", "Exchange Rate"]];
    }
}

/// The table of a kind of file.
pub const fn specs_of(kind: Kind) -> &'static [ColumnSpec] {
    match kind {
        Kind::Orders => OrderColumn::SPECS,
        Kind::Shipments => ShipmentColumn::SPECS,
        Kind::Receipts => ReceiptColumn::SPECS,
        Kind::Invoices => InvoiceColumn::SPECS,
        Kind::Payments => PaymentColumn::SPECS,
        Kind::Customers => CustomerColumn::SPECS,
        Kind::Allowance => AllowanceColumn::SPECS,
        Kind::Links => LinkColumn::SPECS,
        Kind::Holidays => HolidayColumn::SPECS,
        Kind::Disputes => DisputeColumn::SPECS,
        Kind::Extensions => ExtensionColumn::SPECS,
        Kind::Rates => RateColumn::SPECS,
    }
}

/// A unit of amounts other than the yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 千元.
    Thousands,
    /// 万元.
    TenThousands,
    /// 百万元.
    Millions,
    /// 亿元.
    HundredMillions,
}

impl Unit {
    const NAMES: [(&'static str, Unit); 4] = [
        ("千元", Unit::Thousands),
        ("万元", Unit::TenThousands),
        ("百万元", Unit::Millions),
        ("亿元", Unit::HundredMillions),
    ];

    /// The unit at the beginning of a text.
    pub fn at_start(text: &str) -> Option<Unit> {
        Unit::NAMES.iter().find(|(name, _)| text.starts_with(name)).map(|&(_, unit)| unit)
    }

    /// The unit in brackets at the end of a heading: `金额(万元)`.
    pub fn of_heading(heading: &str) -> Option<Unit> {
        let folded: String = heading.nfkc().filter(|c| !c.is_whitespace()).collect();
        let bracketed = folded.strip_suffix(')')?.rsplit_once('(')?.1;
        Unit::NAMES.iter().find(|(name, _)| *name == bracketed).map(|&(_, unit)| unit)
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        Unit::NAMES.iter().find(|&&(_, unit)| unit == self).map_or("", |&(name, _)| name)
    }

    /// A yuan's decimals that it makes whole: 万元 is 4.
    pub const fn places(self) -> u32 {
        match self {
            Unit::Thousands => 3,
            Unit::TenThousands => 4,
            Unit::Millions => 6,
            Unit::HundredMillions => 8,
        }
    }
}

/// A heading as it is compared: full-width forms folded, without blanks, marks and units, in simplified characters.
/// (What a unit does to the amounts below it is [`Unit`]'s matter.)
///
/// ```
/// use recv::input::columns::normalise_heading;
/// assert_eq!(normalise_heading("Order No."), normalise_heading("order_no"));
/// assert_eq!(normalise_heading(" 價稅合計（元）："), "价税合计");
/// ```
pub fn normalise_heading(text: &str) -> String {
    const UNITS: [&str; 8] = ["(元)", "(人民币)", "(%)", "(天)", "(千元)", "(万元)", "(百万元)", "(亿元)"];
    let folded: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{feff}' | '*' | ':' | '_' | '-' | '.'))
        .map(simplified)
        .collect();
    let folded = folded.replace(['【', '〔', '['], "(").replace(['】', '〕', ']'], ")");
    let bare = UNITS.iter().find_map(|unit| folded.strip_suffix(unit));
    bare.unwrap_or(&folded).to_owned()
}

/// The simplified form of the traditional characters that headings use.
fn simplified(c: char) -> char {
    const PAIRS: [(char, char); 30] = [
        ('發', '发'),
        ('號', '号'),
        ('碼', '码'),
        ('開', '开'),
        ('數', '数'),
        ('單', '单'),
        ('價', '价'),
        ('額', '额'),
        ('稅', '税'),
        ('計', '计'),
        ('戶', '户'),
        ('稱', '称'),
        ('訂', '订'),
        ('簽', '签'),
        ('備', '备'),
        ('註', '注'),
        ('貨', '货'),
        ('編', '编'),
        ('購', '购'),
        ('買', '买'),
        ('幣', '币'),
        ('種', '种'),
        ('別', '别'),
        ('狀', '状'),
        ('態', '态'),
        ('對', '对'),
        ('應', '应'),
        ('項', '项'),
        ('總', '总'),
        ('業', '业'),
    ];
    PAIRS.iter().find(|(traditional, _)| *traditional == c).map_or(c, |&(_, simple)| simple)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn check<C: Columns>(kind: &str) {
        let mut owners: HashMap<String, &str> = HashMap::new();
        for spec in C::SPECS {
            for heading in std::iter::once(&spec.name).chain(spec.aliases.iter().copied().flatten()) {
                if let Some(other) = owners.insert(normalise_heading(heading), spec.name) {
                    assert_eq!(other, spec.name, "{kind}: {heading} means two columns");
                }
            }
        }
    }

    #[test]
    fn no_heading_means_two_columns_of_one_file() {
        check::<OrderColumn>("orders");
        check::<ShipmentColumn>("shipments");
        check::<ReceiptColumn>("receipts");
        check::<InvoiceColumn>("invoices");
        check::<PaymentColumn>("payments");
        check::<CustomerColumn>("customers");
        check::<AllowanceColumn>("allowance");
        check::<LinkColumn>("links");
        check::<HolidayColumn>("holidays");
        check::<DisputeColumn>("disputes");
        check::<ExtensionColumn>("extensions");
        check::<RateColumn>("rates");
    }

    #[test]
    fn every_money_column_is_a_column() {
        let all: Vec<&str> = Kind::ALL.into_iter().flat_map(specs_of).map(|spec| spec.name).collect();
        assert!(MONEY.iter().all(|name| all.contains(name)));
    }

    #[test]
    fn columns_have_plain_chinese_names_that_are_headings_of_theirs() {
        for kind in Kind::ALL {
            let mut names: HashMap<&str, &str> = HashMap::new();
            for spec in specs_of(kind) {
                let name = spec.chinese();
                let (column, kind) = (spec.name, kind.name());
                assert!(spec.aliases.iter().any(|group| group.contains(&name)), "{kind}: {column} as {name}");
                assert_eq!(names.insert(name, column), None, "{kind}: {name} is the name of two columns");
            }
        }
        let called =
            |specs: &[ColumnSpec]| specs.iter().map(ColumnSpec::chinese).collect::<Vec<_>>().join(" ");
        assert!(called(OrderColumn::SPECS).starts_with(
            "订单号 订单行号 订单日期 客户编码 客户名称 统一社会信用代码 货号 货物名称 单位 数量 单价 税率 金额 价税合计 不含税金额 税额"
        ));
        assert!(called(PaymentColumn::SPECS).starts_with("收款单号 行号 收款日期 客户编码 客户名称"));
        assert!(called(PaymentColumn::SPECS).contains("发票号码 订单号 合同号 金额 结算方式 票据到期日"));
        assert!(called(LinkColumn::SPECS) == "发票号码 发票代码 发票行号 订单号 订单行号");
    }

    #[test]
    fn traditional_and_decorated_headings_are_understood() {
        for (heading, plain) in
            [("發票號碼", "发票号码"), ("客戶名稱", "客户名称"), ("金额（元）", "金额"), ("*数量", "数量")]
        {
            assert_eq!(normalise_heading(heading), plain);
        }
        assert_eq!(Unit::of_heading("金额（万元）"), Some(Unit::TenThousands));
        assert_eq!(Unit::of_heading("金额(元)"), None);
    }
}
