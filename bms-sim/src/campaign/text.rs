//! The table as text, valid as Markdown.

use std::fmt::{self, Display, Formatter};

use super::table::{Line, Table};

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| fault | cases | detected | missed | late | false alarm | wrong name | detection median / longest / \
             budget, s | reaction longest / budget, s |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")?;
        for line in &self.lines {
            self.line(f, line)?;
        }
        let total = &self.total;
        writeln!(
            f,
            "| all | {} | {} | {} | {} | {} | {} | | |",
            total.cases,
            total.detected,
            total.missed,
            total.late,
            total.false_alarms,
            total.wrong_names
        )
    }
}

impl Table {
    #[expect(clippy::unused_self, reason = "a line is a part of the table")]
    fn line(&self, f: &mut Formatter<'_>, line: &Line) -> fmt::Result {
        let time = |time_s: Option<f64>| time_s.map_or("-".to_owned(), |s| format!("{s:.2}"));
        let reaction = line.reaction_longest_s.map_or(String::new(), |longest_s| {
            format!("{longest_s:.2} / {:.2}", line.reaction_budget_s)
        });
        writeln!(
            f,
            "| {} {} | {} | {} | {} | {} | {} | {} | {} / {} / {:.2} | {reaction} |",
            line.number,
            line.name,
            line.cases,
            line.detected,
            line.missed,
            line.late,
            line.false_alarms,
            line.wrong_names,
            time(line.detection_median_s),
            time(line.detection_longest_s),
            line.detection_budget_s
        )
    }
}
