//! Another evening's course as lines to type: the minute since the opening bell, and how many deals there were by then.

use borsklokka_shared::exchange::CoursePoint;

/// The lines of a course.
pub fn lines(course: &[CoursePoint]) -> String {
    let lines: Vec<String> = course
        .iter()
        .map(|CoursePoint { minute, deals }| format!("{minute} {deals}"))
        .collect();
    lines.join("\n")
}

/// Reads the lines; empty ones are left out.
///
/// # Errors
/// With the number, from 1, of the first line that is not two numbers or goes back.
pub fn read(text: &str) -> Result<Vec<CoursePoint>, usize> {
    let mut course = Vec::<CoursePoint>::new();
    for (number, line) in (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let point = point(line).ok_or(number)?;
        let goes_back = course
            .last()
            .is_some_and(|last| point.minute < last.minute || point.deals < last.deals);
        if goes_back {
            return Err(number);
        }
        course.push(point);
    }
    Ok(course)
}

fn point(line: &str) -> Option<CoursePoint> {
    let mut numbers = line
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|part| !part.is_empty());
    let point = CoursePoint {
        minute: numbers.next()?.parse().ok()?,
        deals: numbers.next()?.parse().ok()?,
    };
    numbers.next().is_none().then_some(point)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(of: &[(u32, u32)]) -> Vec<CoursePoint> {
        of.iter()
            .map(|&(minute, deals)| CoursePoint { minute, deals })
            .collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let course = points(&[(10, 4), (30, 21), (60, 55)]);
        assert_eq!(lines(&course), "10 4\n30 21\n60 55");
        assert_eq!(read(&lines(&course)), Ok(course));
        assert_eq!(
            read("\n 10: 4 \n\n30 min, 21\n"),
            Ok(points(&[(10, 4), (30, 21)]))
        );
        assert_eq!(read(""), Ok(Vec::new()));
    }

    #[test]
    fn the_first_line_that_is_wrong_is_named() {
        for (text, line) in [
            ("10 4\nti 5", 2),
            ("10", 1),
            ("10 4 2", 1),
            ("10 4\n\n20 3", 3),
            ("10 4\n9 8", 2),
        ] {
            assert_eq!(read(text), Err(line), "{text}");
        }
    }
}
