import { writeFileSync } from 'node:fs';
import { blankForms, fillForm } from './support/filled-form.ts';
import { degrade, typical } from './support/degrade.ts';
import { readOnePage } from '../src/paper/page/read-one-page.ts';
import { encodePng } from '../src/imaging/png.ts';
const blanks = await blankForms();
for (const kind of ['enrolment','request','beds','roster'] as const) {
 writeFileSync(`/tmp/b3/form-${kind}.png`, await encodePng(blanks[kind]));
 for (let i=0;i<3;i++) {
 const f = fillForm(blanks, kind, 5+i); const page = degrade(f.page, { seed: 7+i, level: typical, resolution: 'fine' });
 const t=performance.now();
 const r = await readOnePage(page);
 console.log(kind, r.kind, Math.round(performance.now()-t), r.kind==='form'? [r.misfitMm, r.ticks.filter(t=>t.state==='unclear').length, r.ticks.filter(t=>(t.state==='ticked')!==f.ticked.has(`${t.field}=${t.value}`)).length, r.crops.filter(c=>c.hasInk!==f.written.has(c.field)).map(c=>c.field)]: r);
 if(i===0){ writeFileSync(`/tmp/b3/deg-${kind}.png`, await encodePng(page)); if(r.kind==='form'){ writeFileSync(`/tmp/b3/read-${kind}.png`, await encodePng(r.page)); writeFileSync(`/tmp/b3/crop-${kind}.png`, r.crops[1]!.png);} }
 }
}
