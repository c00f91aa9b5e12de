//! The plot of `docs/benchmarks.md`: time over the number of terms, both on logarithmic scales, as SVG.

use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 70.0;
const BOTTOM: f64 = 40.0;
const RIGHT: f64 = 180.0;
const COLOURS: [&str; 6] = ["#0b6", "#06c", "#c50", "#808", "#888", "#a22"];

/// A line: its name, and points of terms and seconds.
pub(crate) type Line = (String, Vec<(f64, f64)>);

pub(crate) fn svg(lines: &[Line]) -> String {
    let all = || lines.iter().flat_map(|(_, points)| points);
    let bounds = |of: fn(&(f64, f64)) -> f64| {
        let (low, high) =
            all().map(of).fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
        (low.log10().floor(), high.log10().ceil().max(low.log10().floor() + 1.0))
    };
    let ((x0, x1), (y0, y1)) = (bounds(|p| p.0), bounds(|p| p.1));
    let x = |v: f64| LEFT + (v.log10() - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT);
    let y = |v: f64| (HEIGHT - BOTTOM) - (v.log10() - y0) / (y1 - y0) * (HEIGHT - BOTTOM - 20.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for power in y0 as i32..=y1 as i32 {
        let (at, value) = (y(10_f64.powi(power)), 10_f64.powi(power));
        let _ = writeln!(
            out,
            "<path d=\"M{LEFT} {at:.1}H{}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 6.0,
            at + 4.0,
            crate::report::time(value)
        );
    }
    for power in x0 as i32..=x1 as i32 {
        let at = x(10_f64.powi(power));
        let _ = writeln!(
            out,
            "<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">10^{power} terms</text>",
            HEIGHT - 15.0
        );
    }
    for ((_, points), colour) in lines.iter().zip(COLOURS.iter().cycle()) {
        let path: Vec<_> = points.iter().map(|&(a, b)| format!("{:.1} {:.1}", x(a), y(b))).collect();
        let _ = writeln!(
            out,
            "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            path.join("L")
        );
        for &(a, b) in points {
            let _ =
                writeln!(out, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{colour}\"/>", x(a), y(b));
        }
    }
    for (name, colour, at) in labels(lines, y) {
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{:.1}\" fill=\"{colour}\">{name}</text>",
            WIDTH - RIGHT + 8.0,
            at + 4.0
        );
    }
    out + "</svg>\n"
}

/// Names at the right, each where its line ends, or as near to it as those above leave room.
fn labels(lines: &[Line], y: impl Fn(f64) -> f64) -> Vec<(&str, &'static str, f64)> {
    let end = |points: &[(f64, f64)]| points.last().map_or(0.0, |point| y(point.1));
    let mut labels: Vec<_> = lines
        .iter()
        .zip(COLOURS.iter().cycle())
        .map(|((name, points), colour)| (name.as_str(), *colour, end(points)))
        .collect();
    labels.sort_by(|a, b| a.2.total_cmp(&b.2));
    let mut next = f64::MIN;
    for label in &mut labels {
        label.2 = label.2.max(next);
        next = label.2 + 14.0;
    }
    labels
}
