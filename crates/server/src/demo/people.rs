//! Invented households: the same ones every time, from a seed. Nobody here exists; the telephones cannot be called.

use zhucun_domain::calendar;

/// Households a village.
pub(super) const HOUSEHOLDS: usize = 20;

/// Numbers that are the same at every start (SplitMix64, Sebastiano Vigna).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below `bound`.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound.max(1))).unwrap_or(0)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(u32::try_from(from.len()).unwrap_or(1)) as usize]
    }
}

/// An invented household.
pub(super) struct Household {
    pub(super) id: String,
    pub(super) head_name: String,
    pub(super) group: String,
    pub(super) address: String,
    pub(super) phone: String,
    pub(super) kind: &'static str,
    pub(super) main_cause: &'static str,
    pub(super) place: String,
    pub(super) members: Vec<Member>,
}

/// An invented member.
pub(super) struct Member {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) sex: &'static str,
    pub(super) birth: String,
    pub(super) age: i64,
    pub(super) relation: &'static str,
    pub(super) health: &'static str,
    pub(super) student: &'static str,
    pub(super) labour: &'static str,
}

const SURNAMES: [&str; 14] = ["何", "罗", "陈", "周", "田", "向", "石", "谭", "彭", "冉", "龙", "覃", "姚", "蒲"];
const MEN: [&str; 16] = [
    "德贵", "光明", "大兵", "永福", "昌林", "明义", "春生", "国柱", "长根", "文举", "世清", "正高", "家旺", "少安",
    "水生", "金山",
];
const WOMEN: [&str; 16] = [
    "素英", "桂兰", "秀珍", "冬梅", "玉芬", "菊香", "彩云", "春桃", "翠莲", "小芳", "月娥", "银秀", "巧珍", "淑琴",
    "雪梅", "腊梅",
];
/// The first of the first village, by whom the demo is told; surname, given name, group, kind, cause.
const KNOWN: [(&str, &str, &str, &str, &str); 3] = [
    ("何", "德贵", "1", "poor", "illness"),
    ("罗", "素英", "1", "unstable", "no_labour"),
    ("陈", "光明", "2", "marginal", "schooling"),
];
const KINDS: [&str; 12] = [
    "general",
    "general",
    "general",
    "general",
    "general",
    "poor",
    "poor",
    "poor",
    "low_income_allowance",
    "extreme_hardship",
    "unstable",
    "marginal",
];
const CAUSES: [&str; 6] = ["illness", "no_labour", "schooling", "no_skill", "no_capital", "poor_transport"];

/// The households of a village; `number` tells the villages apart, `today` is a day since 1970.
pub(super) fn households(village: &str, number: u32, today: i64) -> Vec<Household> {
    let mut dice = Dice::new(2026 + u64::from(number));
    let mut taken = Vec::new();
    (0..HOUSEHOLDS)
        .map(|n| {
            let household = household(village, number, n, today, &mut dice, &taken);
            taken.push(household.head_name.clone());
            household
        })
        .collect()
}

fn household(village: &str, number: u32, n: usize, today: i64, dice: &mut Dice, taken: &[String]) -> Household {
    let known = KNOWN.get(n).filter(|_| number == 0);
    let woman = known.map_or_else(|| dice.below(4) == 0, |(_, given, ..)| WOMEN.contains(given));
    let (surname, head_name) = loop {
        let surname = dice.pick(&SURNAMES);
        let given = if woman { dice.pick(&WOMEN) } else { dice.pick(&MEN) };
        let (surname, given) = known.map_or((surname, given), |(surname, given, ..)| (*surname, *given));
        let name = format!("{surname}{given}");
        if !taken.contains(&name) {
            break (surname, name);
        }
    };
    let group = known.map_or_else(|| (n * 6 / HOUSEHOLDS + 1).to_string(), |(_, _, group, ..)| (*group).to_owned());
    let kind = known.map_or_else(|| dice.pick(&KINDS), |(.., kind, _)| *kind);
    let cause = known.map_or_else(|| dice.pick(&CAUSES), |(.., cause)| *cause);
    let id = format!("{village}-{:02}", n + 1);
    let members = members(&id, surname, &head_name, woman, today, dice);
    Household {
        address: format!("{group}组 {} 号", 3 * n + 1),
        phone: format!("0000-{number}{:02}-{:04}", n + 1, dice.below(10_000)),
        kind,
        main_cause: if kind == "general" { "" } else { cause },
        place: format!(
            "31.{:05} 107.{:05} {} {}",
            20_000 + dice.below(2_000) + number * 3_000,
            50_000 + dice.below(3_000),
            600 + dice.below(300),
            4 + dice.below(9)
        ),
        id,
        head_name,
        group,
        members,
    }
}

/// The head, mostly a spouse, children, sometimes a parent.
fn members(household: &str, surname: &str, head: &str, woman: bool, today: i64, dice: &mut Dice) -> Vec<Member> {
    let head_age = 38 + i64::from(dice.below(38));
    let mut people = vec![(head.to_owned(), woman, head_age, "head")];
    if dice.below(5) > 0 {
        people.push((someone(dice, !woman, None), !woman, (head_age - 2).max(24), "spouse"));
    }
    for n in 0..dice.below(3) {
        let daughter = dice.below(2) == 0;
        let name = someone(dice, daughter, if woman { None } else { Some(surname) });
        people.push((name, daughter, (head_age - 24 - 3 * i64::from(n)).max(4), "child"));
    }
    if head_age < 56 && dice.below(3) == 0 {
        people.push((someone(dice, true, None), true, head_age + 24, "parent"));
    }
    people
        .into_iter()
        .enumerate()
        .map(|(n, (name, woman, age, relation))| {
            let birth = today - age * 365 - age / 4 - 20 - i64::from(dice.below(300));
            let health = if age > 60 && dice.below(2) == 0 { "chronic" } else { "healthy" };
            Member {
                id: format!("{household}-{}", n + 1),
                name,
                sex: if woman { "f" } else { "m" },
                birth: calendar::iso(birth),
                age,
                relation,
                health,
                student: student(age),
                labour: labour(age),
            }
        })
        .collect()
}

fn someone(dice: &mut Dice, woman: bool, surname: Option<&str>) -> String {
    let other = dice.pick(&SURNAMES);
    format!("{}{}", surname.unwrap_or(other), if woman { dice.pick(&WOMEN) } else { dice.pick(&MEN) })
}

/// By age; empty where nobody asks.
const fn student(age: i64) -> &'static str {
    match age {
        3..=5 => "preschool",
        6..=11 => "primary",
        12..=14 => "junior",
        15..=17 => "senior",
        18..=25 => "none",
        _ => "",
    }
}

/// By age; empty where nobody asks.
const fn labour(age: i64) -> &'static str {
    match age {
        0..=15 => "",
        16..=17 => "none",
        18..=59 => "ordinary",
        60..=69 => "weak",
        _ => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_households_come_at_every_start() {
        let today = calendar::day_of(2026, 11, 24);
        for number in 0..3 {
            let (once, again) = (households("v", number, today), households("v", number, today));
            assert_eq!(once.len(), HOUSEHOLDS);
            let names: std::collections::BTreeSet<_> = once.iter().map(|h| &h.head_name).collect();
            assert_eq!(names.len(), HOUSEHOLDS, "heads are told apart by name");
            for (one, other) in once.iter().zip(&again) {
                assert_eq!(
                    (&one.head_name, &one.phone, one.members.len()),
                    (&other.head_name, &other.phone, other.members.len())
                );
                assert!(one.phone.starts_with("0000-") && !one.members.is_empty());
                assert_eq!(zhucun_domain::household::check(&one.head_name, &one.group, &one.phone), []);
            }
            let groups: std::collections::BTreeSet<_> = once.iter().map(|h| h.group.as_str()).collect();
            assert_eq!(groups.into_iter().collect::<Vec<_>>(), ["1", "2", "3", "4", "5", "6"]);
        }
    }
}
