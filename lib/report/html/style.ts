/** The page's whole style: light and dark as the reader's system is, and fit for paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #16202c; --dim: #5b6b7c; --line: #d8e0e8; --page: #f6f8fa; --card: #fff;
  --bar: #2b6cb0; --soft: #9cc3e6; --bad: #b3261e; --warn: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4eaf0; --dim: #93a3b3; --line: #2c3742; --page: #10161c;
  --card: #18212a; --bar: #63a4e0; --soft: #34557a; --bad: #ff8a80; --warn: #e8b04a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 24px 16px 40px; }
h1 { margin: 0; font-size: 22px; } h2 { margin: 0 0 12px; font-size: 15px; }
header p, footer { color: var(--dim); margin: 2px 0 0; } footer { margin-top: 20px; font-size: 13px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; margin-top: 16px; }
dl { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0 0; }
dl div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; flex: 1 1 auto; }
dt { color: var(--dim); font-size: 13px; } dd { margin: 2px 0 0; font-size: 21px; font-weight: 600;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
ul { margin: 14px 0 0; padding-left: 20px; } .warn { color: var(--warn); } .bad { color: var(--bad); }
svg { display: block; width: 100%; } .plot { display: grid; grid-template-columns: auto 1fr; gap: 0 10px; }
.axis, .times { display: flex; justify-content: space-between; color: var(--dim); font-size: 12px; line-height: 1; }
.axis { flex-direction: column; text-align: right; height: 200px; } .times { margin-top: 8px; }
.chart { height: 200px; overflow: visible; } .grid { stroke: var(--line); vector-effect: non-scaling-stroke; } .cost { fill: var(--bar); } .estimated { fill: var(--soft); }
.unseen { fill: var(--line); opacity: .5; } .share { height: 8px; min-width: 60px; } .share .rest { fill: var(--line); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 10px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
thead th { color: var(--dim); font-weight: 500; font-size: 13px; } tfoot td, tfoot th { font-weight: 600; border-bottom: 0; }
.name { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 9em; font-weight: 500; }
@media print { :root { color-scheme: light; --ink: #000; --dim: #444; --line: #bbb; --page: #fff; --card: #fff; --bar: #2b6cb0;
  --soft: #9cc3e6; --bad: #b3261e; --warn: #6b4500; } main { max-width: none; padding: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } section, dl div { break-inside: avoid; }
  section.groups { break-inside: auto; } tr { break-inside: avoid; } thead { display: table-header-group; } }
`;
