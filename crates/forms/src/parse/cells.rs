//! Values of cells as their author sees them.

use calamine::ExcelDateTime;

/// A day, a time, or both.
pub(super) fn moment(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    // To the nearest second of the day, as programs show it: `=NOW()` has parts of one.
    let seconds = u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second) + u32::from(milli >= 500);
    let seconds = seconds.min(86_399);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if moment.as_f64() < 1.0 {
        format!("{hour:02}:{minute:02}:{second:02}")
    } else if hour == 0 && minute == 0 && second == 0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn a_time_is_told_to_the_nearest_second() {
        let told = |days: f64| moment(&ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false));
        assert_eq!(told(43832.0), "2020-01-02");
        assert_eq!(told(43832.5 + 0.6 / 86_400.0), "2020-01-02T12:00:01");
        assert_eq!(told(43832.5 + 0.4 / 86_400.0), "2020-01-02T12:00:00");
        assert_eq!(told(59.6 / 86_400.0), "00:01:00");
    }
}
