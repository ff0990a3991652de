import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { withMemberCheckDigit } from '../../src/lib/check-digits.ts';
import { columnFor, columnsOf, fileNames } from '../../src/lists/columns.ts';
import { readLists } from '../../src/lists/read.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { exampleCopy, exampleFolder } from './support.ts';

const root = path.resolve(import.meta.dirname, '../..');
const templates = path.join(root, 'config/examples/templates');

describe('npm run import', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  before(async () => {
    database = await freshDatabase({ migrated: false });
  });
  after(() => database.drop());

  const run = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      const env = {
        ...{ PATH: process.env.PATH, DATABASE_URL: database.url, CARD_COST_LOG2: '4' },
        CARD_PEPPER: Buffer.alloc(32, 7).toString('base64'),
      };
      const command = ['--import', 'tsx', 'src/lists/main.ts', ...args];
      execFile(process.execPath, command, { cwd: root, env }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      );
    });

  it('imports the example into an empty database, prints a short table and exits with 0', async () => {
    const { code, out, err } = await run(exampleFolder);
    expect([code, err]).to.deep.equal([0, '']);
    expect(out).to.match(/doctors\.csv +35 +0 +0 +0/);
  });

  it('prints the faults in Japanese and English, changes nothing and exits with 1', async () => {
    const folder = await exampleCopy();
    await folder.edit('doctors.csv', '100552,鴎野　透', `${withMemberCheckDigit('00001')},新人`);
    const { code, out, err } = await run(folder.path);
    await folder.discard();
    expect([code, out]).to.deep.equal([1, '']);
    expect(err).to.match(
      /roster\.csv:2:2「登録医コード」 {2}doctors\.csv にありません — .*\n {4}not in doctors\.csv — /,
    );
    expect(err).to.match(/何も取り込みませんでした[\s\S]*nothing was imported/);
    const found = await database.pool.query(`select count(*) as n from doctor`);
    expect(found.rows).to.deep.equal([{ n: 35 }]);
  });

  it('says how it is used, and that a folder is not there', async () => {
    const [bare, missing] = await Promise.all([run(), run('/no/such/folder')]);
    expect([bare.code, missing.code]).to.deep.equal([1, 1]);
    expect(bare.err).to.include('npm run import -- <folder>');
    expect(missing.err).to.include('there is no such folder');
  });
});

describe('the templates', () => {
  it('have every column of the lists, under a heading that is understood', async () => {
    for (const file of fileNames) {
      const text = await readFile(path.join(templates, file), 'utf8');
      expect(text.charCodeAt(0), 'a mark, so that Excel opens it as UTF-8').to.equal(0xfeff);
      const headings = text.slice(1).trim().split(',');
      const keys = headings.map((heading) => columnFor(file, heading)?.key);
      // `phones` is the other way of writing phone1, phone2 …
      expect(keys, file).to.deep.equal(columnsOf[file].map(({ key }) => key).filter((key) => key !== 'phones'));
    }
  });

  it('are explained column by column, in both languages', async () => {
    const readme = await readFile(path.join(templates, 'README.md'), 'utf8');
    for (const file of fileNames) {
      expect(readme).to.include(file);
      for (const { key, headings } of columnsOf[file]) {
        if (/^phone[2-4]/.test(key)) continue;
        expect(readme, `${file} ${key}`).to.include(key);
        expect(readme, `${file} ${headings[0]}`).to.include(headings[0]);
      }
    }
  });

  it('have nothing wrong but the association that is still to be written', async () => {
    const read = await readLists(templates);
    expect('faults' in read && read.faults.map(({ file, code }) => [file, code])).to.deep.equal([
      ['association.csv', 'one_row'],
    ]);
  });
});
