import { cardCopy } from './support/card-copy.ts';
import { typical } from './support/degrade.ts';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { wholeSteps, stepFor } from '../src/paper/formats/normalise.ts';
import { parseCardCode } from '../src/paper/codes.ts';
import { median } from '../src/paper/page/median.ts';
import { isBlack, type BilevelPage } from '../src/imaging/bilevel.ts';
await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')))).buffer }, fireImmediately: true });
function pgm(p: BilevelPage, blur=0): Uint8Array { const h=Buffer.from(`P5 ${p.width} ${p.height} 255\n`); const f=new Uint8Array(h.length+p.width*p.height).fill(255); f.set(h);
 for(let y=0;y<p.height;y++)for(let x=0;x<p.width;x++){ if(blur){ let s=0; for(let dy=-blur;dy<=blur;dy++)for(let dx=-1;dx<=1;dx++) s+=isBlack(p,x+dx,y+dy)?1:0; f[h.length+y*p.width+x]=255-Math.round(255*s/(3*(2*blur+1))); } else if(isBlack(p,x,y)) f[h.length+y*p.width+x]=0;} return f; }
const base={formats:['QRCode' as const],tryHarder:true,tryRotate:false,tryInvert:false,tryDownscale:false};
const methods: Record<string,(p:BilevelPage, raw:BilevelPage)=>[Uint8Array, object]> = {
 plain: p=>[pgm(p),{binarizer:'FixedThreshold'}],
 local: p=>[pgm(p),{binarizer:'LocalAverage'}],
 median: p=>[pgm(median(p)),{binarizer:'FixedThreshold'}],
 medianRaw: (_p,raw)=>{const m=median(raw); return [pgm(raw.height<1500? wholeSteps(m, stepFor(m.width,m.height,m.xDpi,m.yDpi) as any):m),{binarizer:'FixedThreshold'}]},
 median2: p=>[pgm(median(median(p))),{binarizer:'FixedThreshold'}],
 denoise: p=>[pgm(p),{binarizer:'FixedThreshold',tryDenoise:true}],
 blur: p=>[pgm(p,1),{binarizer:'FixedThreshold'}],
 blur2: p=>[pgm(p,2),{binarizer:'FixedThreshold'}],
 down: p=>[pgm(p),{binarizer:'FixedThreshold',tryDownscale:true,downscaleFactor:2}],
};
const fails: Record<string, number[]>={}; const time: Record<string,number>={};
const from=Number(process.argv[2]), to=Number(process.argv[3]);
for (let seed=from; seed<=to; seed++) {
  const { number, page } = cardCopy({ seed, level: typical, resolution: 'standard' });
  const p = wholeSteps(page, stepFor(page.width, page.height, page.xDpi, page.yDpi) as any);
  for (const [n,m] of Object.entries(methods)) { const [f,o]=m(p,page); const t=performance.now(); const r=await readBarcodes(f,{...base,...o}); time[n]=(time[n]??0)+performance.now()-t;
   if(!r.some(c=>parseCardCode(c.text)===number)) (fails[n]??=[]).push(seed);}
}
console.log(fails, time);
