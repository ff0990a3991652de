import { cardCopy } from './support/card-copy.ts';
import { typical } from './support/degrade.ts';
import { findCodes } from '../src/paper/page/find-codes.ts';
import { wholeSteps, stepFor } from '../src/paper/formats/normalise.ts';
import { parseCardCode } from '../src/paper/codes.ts';
import { encodePng } from '../src/imaging/png.ts';
import { writeFileSync } from 'node:fs';
for (const resolution of ['fine','standard'] as const) {
  let ok=0; const n=200; const times:number[]=[]; let made=0;
  for (let seed=1; seed<=n; seed++) {
    const t0=performance.now();
    const { number, page } = cardCopy({ seed, level: typical, resolution });
    if (seed<2) writeFileSync(`/tmp/b3/card-${resolution}.png`, await encodePng(page));
    const step = stepFor(page.width, page.height, page.xDpi, page.yDpi);
    const p = step.how==='whole'? wholeSteps(page, step): page;
    const t=performance.now(); made+=t-t0;
    const codes = await findCodes(p, (x)=>parseCardCode(x)!==null);
    times.push(performance.now()-t);
    if (codes.length===1 && parseCardCode(codes[0]!.text)===number) ok++;
    if (seed<3) console.log(codes[0]);
  }
  times.sort((a,b)=>a-b);
  console.log(resolution, ok, n, 'p50', times[n>>1]!.toFixed(0), 'p95', times[Math.floor(n*.95)]!.toFixed(0), 'made', (made/n).toFixed(0));
}
