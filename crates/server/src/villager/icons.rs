//! Pictures of the categories: lines on a field of 24 by 24, words stand under them.

/// The inside of the category's `<svg>`; what is unknown gets the three dots of "other".
#[must_use]
pub fn of_category(code: &str) -> &'static str {
    match code {
        "allowance" => r#"<circle cx="12" cy="12" r="9"/><path d="M8 7l4 5 4-5M12 12v6M8.5 12h7M8.5 15h7"/>"#,
        "medical" => r#"<rect x="3" y="3" width="18" height="18" rx="4"/><path d="M12 7v10M7 12h10"/>"#,
        "school" => r#"<path d="M2 9l10-5 10 5-10 5zM6 11v6c3 2.5 9 2.5 12 0v-6M22 9v6"/>"#,
        "house" => r#"<path d="M3 11l9-8 9 8M5 9v12h14V9M10 21v-6h4v6"/>"#,
        "water" => r#"<path d="M12 3s6 7 6 11a6 6 0 0 1-12 0c0-4 6-11 6-11z"/>"#,
        "road" => r#"<path d="M8 21l2-18M16 21l-2-18M12 5v3M12 11v3M12 17v3"/>"#,
        "farming" => r#"<path d="M12 21v-9M12 12c0-5 3-8 8-8 0 5-3 8-8 8zM12 16c0-4-3-6-8-6 0 4 3 6 8 6z"/>"#,
        "job" => r#"<rect x="3" y="8" width="18" height="12" rx="2"/><path d="M9 8V5h6v3M3 13h18"/>"#,
        "elderly_disabled" => {
            r#"<circle cx="10" cy="4" r="2"/><path d="M10 9v6l5 1 2 5M10 11h5M7 12a5.5 5.5 0 1 0 7 7"/>"#
        }
        "dispute" => r#"<path d="M12 4v16M7 20h10M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z"/>"#,
        "paperwork" => {
            r#"<rect x="3" y="5" width="18" height="14" rx="2"/><circle cx="9" cy="11" r="2"/><path d="M6 16c1-2 5-2 6 0M15 10h3M15 14h3"/>"#
        }
        "project_opinion" => r#"<path d="M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5"/>"#,
        _ => r#"<circle cx="5" cy="12" r="1"/><circle cx="12" cy="12" r="1"/><circle cx="19" cy="12" r="1"/>"#,
    }
}

#[cfg(test)]
mod tests {
    use zhucun_domain::need::CATEGORIES;

    use super::of_category;

    #[test]
    fn every_category_has_a_picture_of_its_own() {
        let mut pictures: Vec<_> = CATEGORIES.iter().map(|code| of_category(code)).collect();
        pictures.sort_unstable();
        pictures.dedup();
        assert_eq!(pictures.len(), CATEGORIES.len());
    }
}
