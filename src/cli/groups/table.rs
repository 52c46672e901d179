//! Tables in the widths of Kafka's tool.

use std::io::{self, Write};

/// A column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    title: &'static str,
    width: usize,
    grows: bool,
}

impl Column {
    /// As wide as this, however long a cell is.
    pub(super) const fn fixed(title: &'static str, width: usize) -> Self {
        Self { title, width, grows: false }
    }

    /// As wide as this at least, and as its longest cell.
    pub(super) const fn growing(title: &'static str, width: usize) -> Self {
        Self { title, width, grows: true }
    }

    /// Not padded: the last one.
    pub(super) const fn last(title: &'static str) -> Self {
        Self::fixed(title, 0)
    }
}

/// Writes the titles and the rows.
pub(super) fn write(
    columns: &[Column],
    rows: &[Vec<String>],
    out: &mut impl Write,
) -> io::Result<()> {
    let width = |(place, column): (usize, &Column)| {
        let cells = rows.iter().filter_map(|row| row.get(place)).map(|cell| cell.chars().count());
        let longest = if column.grows { cells.max() } else { None };
        column.width.max(longest.unwrap_or(0))
    };
    let widths: Vec<usize> = columns.iter().enumerate().map(width).collect();
    let titles = columns.iter().map(|column| column.title);
    line(titles, &widths, out)?;
    rows.iter().try_for_each(|row| line(row.iter().map(String::as_str), &widths, out))
}

fn line<'a>(
    cells: impl Iterator<Item = &'a str>,
    widths: &[usize],
    out: &mut impl Write,
) -> io::Result<()> {
    for (place, (cell, &width)) in cells.zip(widths).enumerate() {
        let gap = if place > 0 { " " } else { "" };
        write!(out, "{gap}{cell:width$}")?;
    }
    writeln!(out)
}

/// What stands where there is nothing.
pub(super) const MISSING: &str = "-";

/// A cell that may have nothing to say.
pub(super) fn optional(value: Option<impl ToString>) -> String {
    value.map_or(MISSING.to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_padded_and_columns_grow_where_they_may() {
        let columns = [Column::growing("A", 3), Column::fixed("B", 4), Column::last("C")];
        let rows = [vec!["longer".to_owned(), "longer".to_owned(), "c".to_owned()]];
        let mut out = vec![];
        write(&columns, &rows, &mut out).expect("memory takes everything");
        assert_eq!(String::from_utf8_lossy(&out), "A      B    C\nlonger longer c\n");
    }
}
