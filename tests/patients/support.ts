/** The hub's side of patients on a database of its own, with the example ward's lists. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { importFolder } from '../../src/lists/actions.ts';
import { type Enrolment, enrolPatient, type HubPatients, type Written } from '../../src/patients/actions.ts';
import type { ExampleContext } from '../../src/patients/example-actions.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { VaultWorld } from '../vault/support.ts';

export const exampleFolder = path.resolve(import.meta.dirname, '../../config/examples/nishi');

export class PatientsWorld {
  readonly database: TestDatabase;
  readonly vault: VaultWorld;
  readonly ctx: HubPatients & ExampleContext;
  associationId = '';

  constructor(database: TestDatabase) {
    this.database = database;
    this.vault = new VaultWorld(database.pool);
    this.ctx = { ...this.vault.night, ...this.vault.hub, searchKey: randomBytes(32) };
  }

  static async open(): Promise<PatientsWorld> {
    const world = new PatientsWorld(await freshDatabase());
    const { db, clock, ids, cards } = world.ctx;
    const deriveLookupIndex = async (number: string) => (await cards.derive(number)).index;
    const deps = { db, clock, ids, random: randomBytes, pinCostLog2: 4, deriveLookupIndex };
    const report = await importFolder(deps, exampleFolder);
    if (report.status === 'refused') throw new Error('the lists of the example are refused');
    world.associationId = report.association.id;
    world.vault.associationId = report.association.id;
    return world;
  }

  /** Enrols in a transaction of its own; the test's failure when it is refused. */
  async enrol(enrolment: Partial<Enrolment> & Pick<Enrolment, 'draft'>): Promise<Written> {
    const { associationId } = this;
    const whole = { associationId, by: 'op_typist', cause: 'test', isFinished: true, ...enrolment };
    const written = await this.vault.inTransaction((tx) => enrolPatient(tx, this.ctx, whole));
    if (written.status === 'refused') throw new Error(JSON.stringify(written.findings));
    return written;
  }

  /** Who did it, for the other verbs. */
  step(patientId: string, by = 'op_reader', version: number | null = null) {
    return { associationId: this.associationId, patientId, by, version, cause: 'test' };
  }

  async kindsInLog(patientId: string): Promise<string[]> {
    const { rows } = await this.ctx.db.query<{ kind: string }>(
      'select kind from audit_entry where chain_id = $1 order by seq',
      [patientId],
    );
    return rows.map(({ kind }) => kind);
  }
}
