//! What a sign-in name and a password must be.

/// Longest sign-in name, characters.
pub const USERNAME_MAX: usize = 32;
/// Longest name to show, characters.
pub const NAME_MAX: usize = 60;
/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 10;
/// Most bytes of a password.
pub const PASSWORD_MAX: usize = 500;

/// What is wrong with a sign-in name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsernameProblem {
    /// Nothing is there.
    Empty,
    /// More than [`USERNAME_MAX`].
    Long,
    /// Something other than letters, digits and `.-_`.
    Character,
}

/// Looks at a sign-in name. Letters of any script, so that a name in Chinese is one too.
///
/// # Errors
/// What is wrong.
pub fn check_username(username: &str) -> Result<(), UsernameProblem> {
    if username.is_empty() {
        Err(UsernameProblem::Empty)
    } else if username.chars().count() > USERNAME_MAX {
        Err(UsernameProblem::Long)
    } else if !username.chars().all(|c| c.is_alphanumeric() || ".-_".contains(c)) {
        Err(UsernameProblem::Character)
    } else {
        Ok(())
    }
}

/// What is wrong with a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// Fewer than [`PASSWORD_MIN`] characters.
    Short,
    /// More than [`PASSWORD_MAX`] bytes, or NUL in it.
    Long,
    /// The sign-in name is most of it, or it is one thing again and again, or a row of the keyboard.
    Guessable,
}

/// Rows that people type when they must type something.
const ROWS: [&str; 5] = ["01234567890", "09876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl"];

/// Looks at a new password of somebody with a sign-in name. Long, and not what is tried first; no demands for signs and
/// capitals, which only make people write it down.
///
/// # Errors
/// What is wrong.
pub fn check_password(password: &str, username: &str) -> Result<(), PasswordProblem> {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return Err(PasswordProblem::Short);
    }
    if password.len() > PASSWORD_MAX || password.contains('\0') {
        return Err(PasswordProblem::Long);
    }
    let (password, username) = (password.to_lowercase(), username.to_lowercase());
    let mut rest = password.clone();
    for word in ROWS.iter().copied().chain([username.as_str(), "password", "zhucun"]).filter(|word| !word.is_empty()) {
        rest = rest.replace(word, "");
    }
    let mut letters: Vec<char> = rest.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    let part_of_row = ROWS.iter().any(|row| row.contains(&password));
    if letters.len() < 4 || part_of_row { Err(PasswordProblem::Guessable) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_letters_and_digits() {
        for good in ["luo", "罗素英", "shiban-cun", "a.b_2"] {
            assert_eq!(check_username(good), Ok(()), "{good}");
        }
        assert_eq!(check_username(""), Err(UsernameProblem::Empty));
        assert_eq!(check_username(&"a".repeat(33)), Err(UsernameProblem::Long));
        for bad in ["luo su", "a@b", "a\0", "a/b"] {
            assert_eq!(check_username(bad), Err(UsernameProblem::Character), "{bad}");
        }
    }

    #[test]
    fn a_password_is_long_and_not_what_is_tried_first() {
        for good in ["shiban-2026", "何德贵家门口那棵大核桃树", "kuai-le-de-yi-tian"] {
            assert_eq!(check_password(good, "luo"), Ok(()), "{good}");
        }
        assert_eq!(check_password("short-one", "luo"), Err(PasswordProblem::Short));
        assert_eq!(check_password(&"long ".repeat(101), "luo"), Err(PasswordProblem::Long));
        for bad in ["1234567890", "0000000000", "luosuying12", "abababababab", "password123", "QWERTYUIOP"] {
            assert_eq!(check_password(bad, "luosuying"), Err(PasswordProblem::Guessable), "{bad}");
        }
    }
}
