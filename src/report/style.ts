// The look of an HTML report: the page's own colours (src/ui/app.css), and rules for paper.

const DEPTHS = [1, 2, 3, 4, 5, 6].map((depth) => `.depth-${depth}{padding-left:${8 + depth * 14}px}`).join('\n')
const IDENTITIES = [0, 1, 2, 3, 4, 5].map((index) => `.identity-${index}{fill:var(--identity-${index})}`).join('\n')

export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1b1f26, #e3e6eb);
  --muted: light-dark(#555d6a, #a3abb8);
  --page: light-dark(#ffffff, #15181d);
  --surface: light-dark(#f5f6f8, #1c2027);
  --line: light-dark(#d6dae1, #373e49);
  --line-strong: light-dark(#7d8694, #778191);
  --accent: light-dark(#0b5cad, #7cb7ff);
  --danger: light-dark(#b3261e, #ff9389);
  --warning: light-dark(#7d5200, #e8b84f);
  --identity-0: light-dark(#1a62d6, #79b0ff);
  --identity-1: light-dark(#a84c06, #f0a35e);
  --identity-2: light-dark(#2b6b12, #93d36f);
  --identity-3: light-dark(#7b2d9b, #d6a1f0);
  --identity-4: light-dark(#00676d, #5fd3da);
  --identity-5: light-dark(#8a1650, #ff9cc6);
  font: 14px/20px system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
  font-variant-numeric: tabular-nums;
}
* { box-sizing: border-box; }
body { max-width: 1040px; margin: 0 auto; padding: 16px; color: var(--text); background: var(--page); overflow-wrap: anywhere; }
h1 { font-size: 22px; line-height: 28px; }
h2 { font-size: 17px; line-height: 24px; }
h3 { margin: 12px 0 4px; font-size: 13px; color: var(--muted); }
p, ul, dl { margin: 4px 0; }
ul { padding-left: 20px; }
a { color: var(--accent); }
code { font-family: ui-monospace, 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace; font-size: 0.93em; }
.muted { color: var(--muted); }
article { margin: 16px 0; padding: 8px 16px 16px; border: 1px solid var(--line); border-left: 4px solid var(--line-strong); border-radius: 4px; }
article h2 { margin: 0; }
.severity { font-size: 12px; font-weight: 600; }
article.error { border-left-color: var(--danger); }
article.error .severity { color: var(--danger); }
article.warning { border-left-color: var(--warning); }
article.warning .severity { color: var(--warning); }
dl { display: grid; grid-template-columns: minmax(80px, max-content) minmax(0, 1fr); gap: 2px 12px; }
dt { color: var(--muted); }
dd { margin: 0; }
details { margin: 4px 0; padding: 4px 8px; border: 1px solid var(--line); border-radius: 4px; }
summary { cursor: pointer; }
table { width: 100%; margin: 8px 0; border-collapse: collapse; }
caption { padding: 2px 0; font-weight: 600; text-align: left; }
th, td { padding: 1px 8px; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
th { width: 40%; font-weight: 400; color: var(--muted); }
${DEPTHS}
.scroll { overflow-x: auto; }
.ladder { display: block; font-size: 13px; }
.ladder text { fill: var(--text); }
.ladder .host { font-weight: 600; text-anchor: middle; }
.ladder .text { text-anchor: middle; }
.ladder .number { text-anchor: end; fill: var(--muted); }
.ladder .lane { stroke: var(--line-strong); }
.ladder .arrow, .ladder .head { fill: none; stroke: var(--text); stroke-width: 1.5; }
.ladder .response .arrow { stroke-dasharray: 5 3; }
.ladder .fault .arrow, .ladder .fault .head { stroke: var(--danger); }
.ladder .fault .text { fill: var(--danger); font-weight: 600; }
${IDENTITIES}
@media print {
  :root { color-scheme: light; font-size: 11px; line-height: 15px; }
  body { max-width: none; padding: 0; }
  article, tr { break-inside: avoid; }
  details { border: 0; padding: 0; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .ladder { width: 100%; height: auto; }
}
`
