/** docs/bench/index.html: every kept figure against its target and beside its peers. One file, nothing fetched. Pure. */
import { isDisturbed, machineLine } from './machine.ts';
import { bars, escaped, history } from './plots.ts';
import { type Figure, isReached, type Result } from './result.ts';

const parts: Record<string, string> = {
  urgent: '緊急呼 The urgent call',
  record: '緊急時患者記録 The sealed record',
  console: '拠点の画面 The console',
  peers: '他の道具との比較 Beside its peers',
  lookups: '患者数と検索 Look-ups as a town grows',
};

/** @param results the oldest first. */
export function pageOf(results: readonly Result[]): string {
  const sections = Object.keys(parts).flatMap((part) => {
    const ofPart = results.filter((result) => result.part === part);
    return ofPart.length > 0 ? [sectionOf(parts[part]!, ofPart)] : [];
  });
  return `<!doctype html>
<html lang="ja">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Kamome · 測定 Bench</title>
<style>${style}</style>
<h1>Kamome · 測定 Bench</h1>
<p>Each figure with its quartiles, beside its target and its peers of the same run. What each one means: <a href="../bench.md">bench.md</a>.
<span class="key ours"></span> ours <span class="key peer"></span> others <span class="key goal"></span> target</p>
${sections.join('\n')}
</html>
`;
}

function sectionOf(title: string, results: readonly Result[]): string {
  const last = results.at(-1)!;
  const { machine, options, repeats, figures, leftOut, details } = last;
  const groups = [...new Set(figures.flatMap(({ group }) => group ?? []))];
  const drawn = groups.map((group) => {
    const inGroup = figures.filter((figure) => figure.group === group);
    return `<h3>${escaped(group)}</h3>\n${bars(inGroup)}`;
  });
  const run = `${machineLine(machine)}${machine.commit ? `, commit ${machine.commit}` : ''}; runs ${repeats}; ${JSON.stringify(options)}`;
  return `<section>
<h2>${escaped(title)}</h2>
${isDisturbed(machine) ? `<p class="missed">他の負荷あり Disturbed: load average ${machine.loadAtStart} before it began. Worth only beside each other.</p>` : ''}
${drawn.join('\n')}
${tableOf(figures, results)}
${leftOut.map(({ what, why }) => `<p class="left-out">Left out: ${escaped(what)}: ${escaped(why)}</p>`).join('\n')}
<details><summary>${escaped(machine.at.slice(0, 10))}: how it came about</summary>
<p>${escaped(run)}</p>
<pre>${escaped(details.join('\n'))}</pre></details>
</section>`;
}

function tableOf(figures: readonly Figure[], results: readonly Result[]): string {
  const rows = figures.map((figure) => {
    const { id, name, unit, value, quartiles, target } = figure;
    const past = results.flatMap((result) => result.figures.filter((one) => one.id === id));
    const goal = target ? `${target.limit === 'most' ? '≤' : '≥'} ${target.value} ${unit}` : '';
    const state = isReached(figure) === false ? ' class="missed"' : '';
    return `<tr><td>${escaped(name)}<td${state}>${value} ${escaped(unit)}<td>${quartiles ? quartiles.join(' – ') : ''}<td>${escaped(goal)}<td>${history(past)}`;
  });
  return `<table><tr><th>figure<th>value<th>quartiles<th>target<th>from day to day\n${rows.join('\n')}\n</table>`;
}

const style = `
:root { color-scheme: light dark; --ours: #1c6e8c; --peer: #a9b4bb; --missed: #c0392b; --ink: #1b2a33; --soft: #5c6b74; --page: #fff; }
@media (prefers-color-scheme: dark) { :root { --ours: #6cc0de; --peer: #5b676f; --missed: #ff8a7a; --ink: #e6edf1; --soft: #9fb0ba; --page: #14191c; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 860px; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--peer); }
h3 { margin: 1.2rem 0 .2rem; font-size: 1rem; }
table { border-collapse: collapse; width: 100%; margin-top: 1.2rem; }
th { text-align: left; font-weight: 600; color: var(--soft); }
td, th { padding: .15rem .6rem .15rem 0; vertical-align: middle; }
td:nth-child(n+2):nth-child(-n+4) { font-variant-numeric: tabular-nums; white-space: nowrap; }
td.missed, p.missed { color: var(--missed); font-weight: 700; }
svg { max-width: 100%; height: auto; display: block; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); }
rect.ours, .key.ours { fill: var(--ours); background: var(--ours); }
rect.peer, .key.peer { fill: var(--peer); background: var(--peer); }
.key { display: inline-block; width: .8em; height: .8em; margin-left: 1em; }
.key.goal { width: 2px; background: var(--missed); }
.whisker { stroke: var(--ink); fill: none; }
.target { stroke: var(--missed); stroke-dasharray: 4 3; fill: none; }
.line { stroke: var(--soft); fill: none; }
.reached { fill: var(--ours); }
.missed { fill: var(--missed); }
.left-out, summary { color: var(--soft); }
pre { white-space: pre-wrap; font-size: 12px; }
`;
