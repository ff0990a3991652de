import { measurePaper } from './bench/paper.ts';
import { typical, harsh } from './support/degrade.ts';
const n=Number(process.argv[2]??20);
console.log(await measurePaper({ cards: n, forms: n, level: process.argv[3]==='harsh'?harsh:typical, seed: Number(process.argv[4]??1) }, (l)=>console.log(l)));
