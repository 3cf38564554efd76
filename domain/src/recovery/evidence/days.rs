//! Days that people write in their own words: “2 February, in the morning”, “around noon on 2026-02-02”.

use time::{Date, Duration, Month};

use crate::recovery::Verdict;

/// Every day that a text names, by number or with the month in letters; a missing year is `year`.
#[must_use]
pub fn days_in(text: &str, year: i32) -> Vec<Date> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (0..words.len())
        .filter_map(|at| {
            let word = |offset: usize| words.get(at + offset).copied();
            let (first, second) = (word(0)?, word(1)?);
            // 2026-02-02
            if let (Some(year), Some(month), Some(day)) = (year_of(first), number(second), word(2).and_then(number)) {
                return Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok();
            }
            let (day, month) = match (day_of(first), month_of(second)) {
                (Some(day), Some(month)) => (day, month),
                _ => (day_of(second)?, month_of(first)?),
            };
            Date::from_calendar_date(word(2).and_then(year_of).unwrap_or(year), month, day).ok()
        })
        .collect()
}

/// What people wrote beside what is recorded: a day more or less is the same; where no day is named, a person reads it.
#[must_use]
pub fn compare_days(text: &str, recorded: Option<Date>) -> Verdict {
    let Some(recorded) = recorded else { return Verdict::Unclear };
    let near = |day: &Date| (*day - recorded).abs() <= Duration::days(1);
    match days_in(text, recorded.year()).as_slice() {
        [] => Verdict::Unclear,
        days if days.iter().any(near) => Verdict::Match,
        _ => Verdict::Differs,
    }
}

fn number(word: &str) -> Option<u8> {
    word.parse().ok()
}

fn year_of(word: &str) -> Option<i32> {
    (word.len() == 4).then(|| word.parse().ok()).flatten()
}

/// “2”, “2nd”.
fn day_of(word: &str) -> Option<u8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = &word[digits.len()..];
    ["", "st", "nd", "rd", "th"].contains(&ending).then(|| number(digits)).flatten()
}

/// “February”, “feb”.
fn month_of(word: &str) -> Option<Month> {
    let word = word.to_lowercase();
    let month = |n: u8| Month::try_from(n).ok();
    (word.len() >= 3)
        .then(|| (1..=12).filter_map(month).find(|month| month.to_string().to_lowercase().starts_with(&word)))
        .flatten()
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn days_are_found_in_the_words_of_people() {
        let second = date!(2026 - 02 - 02);
        for text in [
            "2 February, in the morning",
            "2026-02-02 around noon",
            "Feb 2nd 2026",
            "It was on February 2, at nine",
            "about 10:30 on the 2nd feb",
        ] {
            assert_eq!(days_in(text, 2026), [second], "{text}");
        }
        for text in ["", "last winter", "in may", "45 February", "31 February", "12 monkeys", "9:15"] {
            assert!(days_in(text, 2026).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_day_more_or_less_is_the_same_and_no_day_is_for_a_person() {
        let recorded = Some(date!(2026 - 01 - 01));
        assert_eq!(compare_days("31 December 2025", recorded), Verdict::Match);
        assert_eq!(compare_days("3 January", recorded), Verdict::Differs);
        assert_eq!(compare_days("early this year", recorded), Verdict::Unclear);
        assert_eq!(compare_days("1 January 2026", None), Verdict::Unclear);
    }
}
