//! Bars, drawn by hand: each group has a scale of its own, for workloads lie far apart.

use std::fmt::Write;

use super::number::number;
use crate::server::Peer;

const WIDTH: f64 = 760.0;
const LABEL_WIDTH: f64 = 190.0;
/// Room for the longest bar; the number stands behind it.
const BAR_WIDTH: f64 = 440.0;
const BAR_HEIGHT: f64 = 14.0;
const BAR_GAP: f64 = 3.0;
const GROUP_GAP: f64 = 14.0;
const TOP: f64 = 58.0;

/// Readable on light and on dark.
const STYLE: &str = "\
text{font:12px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600;font-size:14px}\
.kafka{fill:#8b949e}.kabuki{fill:#c2410c}.floor{fill:#4f86c6}.spread{stroke:#1f2328;stroke-width:1}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.spread{stroke:#e6edf3}}";

/// Bars that belong together.
#[derive(Debug)]
pub(super) struct Group {
    /// What stands before them.
    pub(super) label: String,
    /// From top to bottom.
    pub(super) bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug)]
pub(super) struct Bar {
    /// Whose.
    pub(super) peer: Peer,
    /// How long.
    pub(super) value: f64,
    /// Where the line for the spread begins.
    pub(super) low: f64,
    /// Where it ends.
    pub(super) high: f64,
}

/// A picture of groups of bars.
pub(super) fn bars(title: &str, groups: &[Group]) -> String {
    let mut body = String::new();
    let mut y = TOP;
    for group in groups {
        y = draw_group(&mut body, group, y) + GROUP_GAP;
    }
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{y}\" viewBox=\"0 0 {WIDTH} {y}\" role=\"img\">\n\
         <title>{0}</title>\n<style>{STYLE}</style>\n\
         <text class=\"title\" x=\"8\" y=\"20\">{0}</text>\n",
        escaped(title)
    );
    draw_legend(&mut svg);
    svg.push_str(&body);
    svg.push_str("</svg>\n");
    svg
}

fn draw_legend(svg: &mut String) {
    let mut x = LABEL_WIDTH;
    for peer in Peer::ALL {
        let (class, title) = (class(peer), peer.title());
        let _ = writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{x}\" y=\"32\" width=\"12\" height=\"12\"/>"
        );
        let _ = writeln!(svg, "<text x=\"{}\" y=\"42\">{title}</text>", x + 17.0);
        x += 120.0;
    }
}

/// Draws a group from `y` down and gives its lower end.
fn draw_group(svg: &mut String, group: &Group, mut y: f64) -> f64 {
    let longest = group.bars.iter().map(|bar| bar.high).fold(0.0, f64::max);
    let scale = if longest > 0.0 { BAR_WIDTH / longest } else { 0.0 };
    let label = escaped(&group.label);
    let _ = writeln!(svg, "<text x=\"8\" y=\"{}\">{label}</text>", y + BAR_HEIGHT - 3.0);
    for bar in &group.bars {
        draw_bar(svg, bar, y, scale);
        y += BAR_HEIGHT + BAR_GAP;
    }
    y
}

fn draw_bar(svg: &mut String, bar: &Bar, y: f64, scale: f64) {
    let at = |value: f64| LABEL_WIDTH + value * scale;
    let (class, width, middle) = (class(bar.peer), bar.value * scale, y + BAR_HEIGHT / 2.0);
    let _ = writeln!(
        svg,
        "<rect class=\"{class}\" x=\"{LABEL_WIDTH}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR_HEIGHT}\"/>",
    );
    let _ = writeln!(
        svg,
        "<line class=\"spread\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\"/>",
        at(bar.low),
        at(bar.high),
    );
    let (x, baseline) = (at(bar.high) + 6.0, y + BAR_HEIGHT - 3.0);
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{baseline:.1}\">{}</text>", number(bar.value));
}

fn class(peer: Peer) -> &'static str {
    match peer {
        Peer::Kafka => "kafka",
        Peer::Kabuki => "kabuki",
        Peer::Floor => "floor",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(peer: Peer, value: f64) -> Bar {
        Bar { peer, value, low: value, high: value }
    }

    #[test]
    fn the_longest_bar_of_each_group_fills_the_width() {
        let group = |label: &str, values: [f64; 2]| Group {
            label: label.to_owned(),
            bars: vec![bar(Peer::Kafka, values[0]), bar(Peer::Kabuki, values[1])],
        };
        let svg = bars("speed", &[group("one", [50.0, 100.0]), group("two", [0.4, 0.1])]);
        let widths: Vec<_> = svg.lines().filter(|line| line.contains("height=\"14\"")).collect();
        for (line, width) in widths.iter().zip(["220.0", "440.0", "440.0", "110.0"]) {
            assert!(line.contains(&format!("width=\"{width}\"")), "{line}");
        }
        assert_eq!(widths.len(), 4);
    }

    #[test]
    fn text_is_escaped() {
        let svg = bars("a < b & c", &[]);
        assert!(svg.contains("a &lt; b &amp; c") && !svg.contains("a < b"));
    }

    #[test]
    fn zero_has_a_bar_without_width() {
        let group = Group { label: "idle".to_owned(), bars: vec![bar(Peer::Floor, 0.0)] };
        assert!(bars("cores", &[group]).contains("width=\"0.0\""));
    }
}
