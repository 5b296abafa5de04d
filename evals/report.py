"""The HTML report: one file that opens offline, with every plot as inline SVG and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from evals.figures import Curve, Differences, Figure, SuiteReport, suite_from_json

BAR_HEIGHT = 26
LABEL_WIDTH = 300
PLOT_WIDTH = 420
NUMBER_WIDTH = 200
CURVE_SIZE = 320
CURVE_MARGIN = 48
LABEL_CHARS = 46


def html_report(report: Mapping[str, Any]) -> str:
    """Return the page of a report made by `evals.suites.run_suites`."""
    suites = [
        (name, result, suite_from_json(result["report"]) if result["status"] == "done" else None)
        for name, result in report["suites"].items()
    ]
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_PAGE)
    return template.render(
        report=report,
        suites=[(name, result, suite, _plots(suite) if suite else ()) for name, result, suite in suites],
        missed=[bar for bar in report["bars"] if not bar["passed"]],
        cells=_cells,
    )


def bar_plot(figures: Sequence[Figure], title: str) -> Markup:
    """Return shares and means in [0, 1] as bars with their intervals."""
    height = BAR_HEIGHT * len(figures) + 30
    width = LABEL_WIDTH + PLOT_WIDTH + NUMBER_WIDTH
    parts = [_svg_open(width, height, title, f"{len(figures)} bars from 0 to 1; the table below holds the numbers.")]
    for step in range(0, 11, 2):
        x = LABEL_WIDTH + PLOT_WIDTH * step / 10
        parts.append(Markup('<line class="grid" x1="{0}" x2="{0}" y1="4" y2="{1}"/>').format(x, height - 24))
        parts.append(Markup('<text class="tick" x="{}" y="{}">{}</text>').format(x, height - 8, step / 10))
    for row, figure in enumerate(figures):
        parts.append(_bar(figure, 6 + row * BAR_HEIGHT))
    return Markup("").join([*parts, Markup("</svg>")])


def curve_plot(curve: Curve) -> Markup:
    """Return points joined by a line, both axes from 0 to 1."""
    size = CURVE_SIZE + 2 * CURVE_MARGIN
    points = [(CURVE_MARGIN + x * CURVE_SIZE, CURVE_MARGIN + (1 - y) * CURVE_SIZE) for x, y in curve.points]
    parts = [
        _svg_open(size, size, curve.title, f"{curve.up} against {curve.across}; the table below holds the numbers.")
    ]
    for step in range(0, 11, 2):
        at = CURVE_SIZE * step / 10
        x, y = CURVE_MARGIN + at, CURVE_MARGIN + CURVE_SIZE - at
        low, high = CURVE_MARGIN, CURVE_MARGIN + CURVE_SIZE
        parts.append(Markup('<line class="grid" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>').format(x, low, high))
        parts.append(Markup('<line class="grid" y1="{0}" y2="{0}" x1="{1}" x2="{2}"/>').format(y, low, high))
        parts.append(Markup('<text class="tick" x="{}" y="{}">{}</text>').format(x, high + 16, step / 10))
        parts.append(Markup('<text class="tick end" x="{}" y="{}">{}</text>').format(low - 6, y + 4, step / 10))
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts.append(Markup('<polyline class="line" points="{}"/>').format(path))
    parts += [Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(x, y) for x, y in points]
    parts.append(Markup('<text class="axis" x="{}" y="{}">{}</text>').format(size / 2, size - 8, curve.across))
    parts.append(
        Markup('<text class="axis" transform="translate(14 {}) rotate(-90)">{}</text>').format(size / 2, curve.up)
    )
    return Markup("").join([*parts, Markup("</svg>")])


def difference_plot(differences: Differences) -> Markup:
    """Return one thin bar a query, gains to the right and losses to the left, in the order given."""
    height = 12 * len(differences.values) + 30
    width = LABEL_WIDTH + PLOT_WIDTH
    middle = LABEL_WIDTH + PLOT_WIDTH / 2
    words = f"{len(differences.values)} queries that changed; the table below holds the numbers."
    parts = [_svg_open(width, height, differences.title, words)]
    for row, (label, value) in enumerate(differences.values):
        y = 6 + 12 * row
        length = abs(value) * PLOT_WIDTH / 2
        kind = "gain" if value > 0 else "loss"
        x = middle if value > 0 else middle - length
        parts.append(
            Markup('<text class="small end" x="{}" y="{}">{}</text>').format(LABEL_WIDTH - 8, y + 8, _cut(label))
        )
        parts.append(
            Markup('<rect class="{}" x="{:.1f}" y="{}" width="{:.1f}" height="9"/>').format(kind, x, y, length)
        )
    parts.append(Markup('<line class="zero" x1="{0}" x2="{0}" y1="2" y2="{1}"/>').format(middle, height - 24))
    for at, text in ((LABEL_WIDTH, "-1"), (middle, "0"), (width, "+1")):
        parts.append(Markup('<text class="tick" x="{}" y="{}">{}</text>').format(min(at, width - 10), height - 8, text))
    return Markup("").join([*parts, Markup("</svg>")])


def _plots(suite: SuiteReport) -> list[dict[str, Any]]:
    """Return each plot with the table that says the same."""
    shares = [figure for figure in suite.figures if not figure.unit and 0 <= figure.value <= 1]
    plots: list[dict[str, Any]] = []
    if shares:
        plots.append({"title": suite.title, "svg": bar_plot(shares, suite.title), "head": (), "rows": ()})
    for curve in suite.curves:
        rows = [(f"{x:.3f}", f"{y:.3f}") for x, y in curve.points]
        plots.append({"title": curve.title, "svg": curve_plot(curve), "head": (curve.across, curve.up), "rows": rows})
    for one in suite.differences:
        rows = [(label, f"{value:+.3f}") for label, value in one.values]
        if rows:
            plots.append(
                {"title": one.title, "svg": difference_plot(one), "head": ("query", "difference"), "rows": rows}
            )
    return plots


def _bar(figure: Figure, y: float) -> Markup:
    length = figure.value * PLOT_WIDTH
    middle = y + (BAR_HEIGHT - 8) / 2
    parts = [
        Markup('<text class="label end" x="{}" y="{}">{}</text>').format(
            LABEL_WIDTH - 8, middle + 4, _cut(figure.name)
        ),
        Markup('<rect class="bar" x="{}" y="{}" width="{:.1f}" height="{}"/>').format(
            LABEL_WIDTH, y, length, BAR_HEIGHT - 8
        ),
    ]
    numbers = f"{figure.value:.3f}"
    if figure.low is not None and figure.high is not None:
        low, high = (LABEL_WIDTH + end * PLOT_WIDTH for end in (figure.low, figure.high))
        parts.append(
            Markup('<path class="interval" d="M{0:.1f} {2}V{3}M{0:.1f} {4}H{1:.1f}M{1:.1f} {2}V{3}"/>').format(
                low, high, middle - 5, middle + 5, middle
            )
        )
        numbers += f"  ({figure.low:.3f} to {figure.high:.3f})"
    x = LABEL_WIDTH + PLOT_WIDTH + 12
    parts.append(Markup('<text class="label" x="{}" y="{}">{}</text>').format(x, middle + 4, numbers))
    return Markup("").join(parts)


def _svg_open(width: float, height: float, title: str, description: str) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title><desc>{}</desc>').format(
        width, height, f"{title}. {description}", title, description
    )


def _cut(label: str) -> Markup:
    return escape(label if len(label) <= LABEL_CHARS else label[: LABEL_CHARS - 1] + "…")


def _cells(figure: Figure) -> tuple[str, ...]:
    from evals.suites import figure_cells

    return figure_cells(figure)


_PAGE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plumbline evals</title>
<style>
:root { color-scheme: light dark; --ink: #1a1f24; --paper: #fff; --quiet: #59636e; --line: #d5dae0; --bar: #2f6f9f;
  --gain: #1f7a4d; --loss: #b3402a; --mark: #10151a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf0; --paper: #14181c; --quiet: #a4afba; --line: #39424b;
  --bar: #5b9fd0; --gain: #4fb985; --loss: #e5765f; --mark: #f2f5f8; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem;
  margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.7rem; } h2 { margin-top: 2.5rem; border-top: 2px solid var(--line); padding-top: 1rem; }
h3 { font-size: 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1rem; } caption { text-align: left; font-weight: 600; }
th, td { text-align: left; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } svg { width: 100%; min-width: 40rem; height: auto; display: block; }
svg.square, .square svg { max-width: 26rem; min-width: 18rem; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .tick, svg .axis { text-anchor: middle; }
svg .end { text-anchor: end; } svg .tick { fill: var(--quiet); font-size: 11px; } svg .small { font-size: 9px; }
svg .grid { stroke: var(--line); } svg .bar { fill: var(--bar); } svg .gain { fill: var(--gain); }
svg .loss { fill: var(--loss); } svg .zero, svg .interval { stroke: var(--mark); fill: none; stroke-width: 1.5; }
svg .line { stroke: var(--bar); stroke-width: 2; fill: none; } svg .dot { fill: var(--bar); }
.missed { border-left: 4px solid var(--loss); padding-left: 1rem; } .quiet { color: var(--quiet); }
code { overflow-wrap: anywhere; } summary { cursor: pointer; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px; }
</style>
</head>
<body>
<main>
<h1>Plumbline evals</h1>
<table>
<caption>What was measured</caption>
<tr><th scope="row">Command</th><td><code>{{ report.command }}</code></td></tr>
<tr><th scope="row">Date</th><td>{{ report.date }}</td></tr>
<tr><th scope="row">Machine</th><td>{{ report.machine }}</td></tr>
<tr><th scope="row">Index</th><td>{{ report.index.generation }}, {{ report.index.passages }} passages,
  {{ report.index.embedder }}, manifest <code>{{ report.index.manifest_sha256[:16] }}</code></td></tr>
</table>
<p>Each figure is given with its 95 % interval: how far it could be off
  by the chance of which questions were asked.</p>
{% if missed %}
<section class="missed" aria-labelledby="missed"><h2 id="missed">Below the bar</h2><ul>
{% for bar in missed %}
<li>{{ bar.suite }}, {{ bar.figure }}: {{ "%.3f"|format(bar.value) if bar.value is not none else "not measured" }},
 bar {{ bar.bar }}</li>
{% endfor %}
</ul></section>
{% elif report.bars %}
<p>All {{ report.bars|length }} bars are met.</p>
{% endif %}
{% for name, result, suite, plots in suites %}
<section aria-labelledby="s-{{ name }}">
{% if suite %}
<h2 id="s-{{ name }}">{{ suite.title }}</h2>
{% for note in suite.notes %}
<p class="quiet">{{ note }}</p>
{% endfor %}
{% for plot in plots %}
<h3>{{ plot.title }}</h3>
<div class="scroll{{ ' square' if plot.rows and plot.head[0] != 'query' }}" tabindex="0" role="group"
 aria-label="{{ plot.title }}, plot">{{ plot.svg }}</div>
{% if plot.rows %}
<details><summary>{{ plot.title }} as a table</summary><div class="scroll" tabindex="0" role="group"
 aria-label="{{ plot.title }}, table"><table>
<tr>{% for cell in plot.head %}<th scope="col">{{ cell }}</th>{% endfor %}</tr>
{% for row in plot.rows %}
<tr>{% for cell in row %}<td{% if not loop.first %} class="number"{% endif %}>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</table></div></details>
{% endif %}
{% endfor %}
<div class="scroll" tabindex="0" role="group" aria-label="{{ suite.title }}, table"><table>
<caption>{{ suite.title }}</caption>
<tr><th scope="col">figure</th><th scope="col" class="number">value</th>
<th scope="col" class="number">95 % interval</th>
<th scope="col" class="number">n</th></tr>
{% for figure in suite.figures %}
{% set row = cells(figure) %}
<tr><th scope="row">{{ row[0] }}</th><td class="number">{{ row[1] }}</td><td class="number">{{ row[2] }}</td>
<td class="number">{{ row[3] }}</td></tr>
{% endfor %}
</table></div>
{% else %}
<h2 id="s-{{ name }}">{{ name }}</h2>
<p>{{ result.status|capitalize }}: {{ result.reason }}</p>
{% endif %}
</section>
{% endfor %}
</main>
</body>
</html>
"""
