//! Money in capitals, as Chinese papers that ask for payment write it (人民币大写).

use super::Money;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const GROUPS: [&str; 7] = ["", "万", "亿", "万亿", "亿亿", "万亿亿", "亿亿亿"];

impl Money {
    /// The amount in capitals: `壹万零伍佰元整`, `叁角贰分`; what is below zero begins with `负`. Zeros between digits are read once,
    /// 整 stands where there are no 分.
    ///
    /// ```
    /// use recv::money::Money;
    /// assert_eq!(Money::from_cents(1_050_000).capitals(), "壹万零伍佰元整");
    /// assert_eq!(Money::from_cents(100_203).capitals(), "壹仟零贰元零叁分");
    /// ```
    pub fn capitals(self) -> String {
        let cents = self.cents().unsigned_abs();
        let (yuan, jiao, fen) = (cents / 100, cents / 10 % 10, cents % 10);
        if cents == 0 {
            return "零元整".to_owned();
        }
        let mut text = if self.is_negative() { "负".to_owned() } else { String::new() };
        if yuan > 0 {
            push_whole(yuan, &mut text);
            text.push('元');
        }
        match (jiao, fen) {
            (0, 0) => text.push('整'),
            (_, 0) => {
                text.push(DIGITS[jiao as usize]);
                text.push_str("角整");
            }
            _ => {
                if jiao > 0 {
                    text.push(DIGITS[jiao as usize]);
                    text.push('角');
                } else if yuan > 0 {
                    text.push('零');
                }
                text.push(DIGITS[fen as usize]);
                text.push('分');
            }
        }
        text
    }
}

/// A whole number above nothing, in groups of four digits.
fn push_whole(number: u128, text: &mut String) {
    let mut groups = Vec::new();
    let mut rest = number;
    while rest > 0 {
        groups.push(rest % 10_000);
        rest /= 10_000;
    }
    let mut zero_pending = false;
    for (at, &group) in groups.iter().enumerate().rev() {
        if group == 0 {
            zero_pending = true;
            continue;
        }
        let is_first = at + 1 == groups.len();
        zero_pending |= !is_first && group < 1000;
        for place in (0..4u32).rev() {
            let digit = group / 10u128.pow(place) % 10;
            if digit == 0 {
                zero_pending |= group % 10u128.pow(place) > 0 && group >= 10u128.pow(place);
                continue;
            }
            if std::mem::take(&mut zero_pending) {
                text.push('零');
            }
            text.push(DIGITS[digit as usize]);
            text.push_str(PLACES[place as usize]);
        }
        text.push_str(GROUPS.get(at).copied().unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_banks_ask_for_them() {
        for (cents, text) in [
            (0, "零元整"),
            (1, "壹分"),
            (10, "壹角整"),
            (32, "叁角贰分"),
            (100, "壹元整"),
            (105, "壹元零伍分"),
            (1_000, "壹拾元整"),
            (10_001, "壹佰元零壹分"),
            (1_010_100, "壹万零壹佰零壹元整"),
            (10_000_000, "壹拾万元整"),
            (100_000_000, "壹佰万元整"),
            (1_000_500_000, "壹仟万伍仟元整"),
            (10_000_000_000, "壹亿元整"),
            (10_000_000_100, "壹亿零壹元整"),
            (10_050_000_000, "壹亿零伍拾万元整"),
            (16_840_932, "壹拾陆万捌仟肆佰零玖元叁角贰分"),
            (123_456_789, "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
            (-5_000, "负伍拾元整"),
        ] {
            assert_eq!(Money::from_cents(cents).capitals(), text, "{cents}");
        }
    }
}
