import { expect } from 'chai';
import { listText } from '../../src/directory/editing-store.ts';
import type { EntryFields } from '../../src/directory/entry.ts';
import { type ConsoleWorld, openConsoleWorld } from '../support/console.ts';

describe('the directory', () => {
  let world: ConsoleWorld;
  before(async () => {
    world = await openConsoleWorld();
  });
  after(() => world?.close());

  const search = (kind: EntryFields['entry'], text = '', after: string | null = null) => ({
    body: { kind, text, areaId: null, withInactive: false, after },
  });
  const clerk = () => world.person('clerk');
  const firstOf = async (kind: EntryFields['entry'], text = '') => {
    const { rows } = await clerk().call('search_directory', search(kind, text));
    return {
      params: { kind, id: rows[0]!.id },
      entry: await clerk().call('read_entry', { params: { kind, id: rows[0]!.id } }),
    };
  };

  it('finds doctors by part of a name, a reading or a code', async () => {
    for (const text of ['鴎野', 'かもの', '100552']) {
      const { rows } = await clerk().call('search_directory', search('doctor', text));
      expect(rows.map(({ code }) => code)).to.deep.equal(['100552']);
    }
    expect((await clerk().call('search_directory', search('doctor', '%'))).rows).to.deep.equal([]);
  });

  it('goes on after the last code of a page', async () => {
    const { rows } = await clerk().call('search_directory', search('doctor'));
    const rest = await clerk().call('search_directory', search('doctor', '', rows[9]!.code));
    expect(rest.rows.map(({ code }) => code)).to.deep.equal(rows.slice(10).map(({ code }) => code));
    expect(rest.next).to.equal(null);
  });

  it('reads each list through its index', async () => {
    for (const kind of ['doctor', 'facility', 'hospital', 'standby', 'area'] as const) {
      const client = await world.ctx.db.connect();
      try {
        await client.query('begin; set local enable_seqscan = off; set local enable_sort = off');
        const values = [world.associationId, '', '%%', null, false, 50];
        const { rows } = await client.query<Record<string, string>>(`explain ${listText(kind)}`, values);
        expect(rows.map((row) => Object.values(row)[0]).join('\n')).to.match(
          /Index Scan using \w+_association_id_code_key/,
        );
      } finally {
        await client.query('rollback');
        client.release();
      }
    }
  });

  it('masks telephones for whoever may not edit', async () => {
    const { rows } = await world.person('nurse').call('search_directory', search('doctor', '100552'));
    expect(rows[0]!.phones[0]!.number).to.equal('090-****-0101');
    const whole = await clerk().call('search_directory', search('doctor', '100552'));
    expect(whole.rows[0]!.phones[0]!.number).to.equal('090-0000-0101');
  });

  it('changes an entry with its line in the log, and not over somebody else’s change', async () => {
    const { params, entry } = await firstOf('doctor');
    const fields = { ...entry.fields, spokenName: 'かもめの とおる' } as EntryFields;
    const body = { revision: entry.revision, fields };
    expect(await clerk().call('change_entry', { params, body })).to.deep.equal({ status: 'changed' });
    expect(await clerk().refused('change_entry', { params, body })).to.include({ status: 409, code: 'overtaken' });
    expect(await world.patients.kindsInLog(params.id)).to.deep.equal(['doctor_changed']);
    const { rows } = await world.ctx.db.query('select data from audit_entry where chain_id = $1', [params.id]);
    expect(rows[0].data).to.deep.equal({ fields: ['spokenName'], isActive: true });
  });

  it('puts a doctor out of use: no hunt rings him from then on', async () => {
    const about = { kind: 'area' as const, areaId: (await clerk().call('directory_choices', {})).areas[1]!.id };
    const night = () => clerk().call('rehearse_hunt', { body: { about, date: '', time: '2:10' } });
    const [first] = (await night()).people;
    const params = { kind: 'doctor' as const, id: first!.id };
    const entry = await clerk().call('read_entry', { params });
    expect(entry.uses.duties).to.be.above(0);
    const fields = { ...entry.fields, isActive: false } as EntryFields;
    await clerk().call('change_entry', { params, body: { revision: entry.revision, fields } });
    expect((await night()).people.map(({ id }) => id)).to.not.include(first!.id);
  });

  it('changes telephones: the next hunt rings the new one, and a number that comes back keeps its id', async () => {
    const about = { kind: 'area' as const, areaId: (await clerk().call('directory_choices', {})).areas[2]!.id };
    const night = () => clerk().call('rehearse_hunt', { body: { about, date: '', time: '2:10' } });
    const [first] = (await night()).people;
    const params = { kind: 'doctor' as const, id: first!.id };
    const ids = async () => {
      const { rows } = await world.ctx.db.query(
        'select id from phone where doctor_id = $1 and is_active order by position',
        [params.id],
      );
      return rows.map(({ id }) => id);
    };
    const before = await ids();
    const entry = await clerk().call('read_entry', { params });
    const phones = [{ number: '０９０－００００－７７７７', kind: 'mobile' as const }, ...entry.phones];
    await clerk().call('change_phones', { params, body: { revision: entry.revision, phones } });
    expect((await night()).people[0]!.rings.length).to.be.above(first!.rings.length);
    expect((await ids()).slice(1)).to.deep.equal(before);
    const again = await clerk().call('read_entry', { params });
    expect(again.phones[0]!.number).to.equal('090-0000-7777');
    await clerk().call('change_phones', { params, body: { revision: again.revision, phones: entry.phones } });
    expect(await ids()).to.deep.equal(before);
    expect(await world.patients.kindsInLog(params.id)).to.deep.equal(['phones_changed', 'phones_changed']);
  });

  it('refuses numbers that nobody may ring, and says which', async () => {
    const { params, entry } = await firstOf('standby');
    const refusals = [
      { number: '110', code: 'phone_emergency' },
      { number: '0120-000-000', code: 'phone_toll_free' },
      { number: '9012345678', code: 'phone_lost_zero' },
    ];
    for (const { number, code } of refusals) {
      const phones = [
        { number: '090-0000-0801', kind: 'mobile' as const },
        { number, kind: 'mobile' as const },
      ];
      const refused = await clerk().refused('change_phones', { params, body: { revision: entry.revision, phones } });
      expect(refused).to.deep.include({ status: 422, code, detail: { place: 2 } });
    }
  });

  it('edits beds and needs of a hospital', async () => {
    const { params, entry } = await firstOf('hospital');
    const fields = {
      ...entry.fields,
      acceptsNeeds: ['oxygen'],
      bedTypes: [{ type: 'general', staffed: 100 }],
    } as EntryFields;
    await clerk().call('change_entry', { params, body: { revision: entry.revision, fields } });
    const after = await clerk().call('read_entry', { params });
    expect(after.fields).to.deep.include({ acceptsNeeds: ['oxygen'], bedTypes: [{ type: 'general', staffed: 100 }] });
    const backwards = { ...after.fields, nightFrom: 1020, nightTo: 480 } as EntryFields;
    const refused = await clerk().refused('change_entry', {
      params,
      body: { revision: after.revision, fields: backwards },
    });
    expect(refused).to.include({ code: 'night_ends_before_it_begins' });
  });

  it('shows nothing of another association, and takes nothing of it', async () => {
    const { params, entry } = await firstOf('doctor');
    const foreign = world.person('clerk', { associationId: 'as_other' });
    expect((await foreign.call('search_directory', search('doctor'))).rows).to.deep.equal([]);
    expect(await foreign.refused('read_entry', { params })).to.include({ code: 'not_found' });
    const body = { revision: entry.revision, fields: entry.fields };
    expect(await foreign.refused('change_entry', { params, body })).to.include({ code: 'not_found' });
    const fields = { ...entry.fields, areaId: 'ar_of_others' } as EntryFields;
    expect(await clerk().refused('change_entry', { params, body: { revision: entry.revision, fields } })).to.include({
      code: 'foreign_reference',
    });
    expect(await world.person('nurse').refused('change_entry', { params, body })).to.include({ code: 'not_permitted' });
  });
});
