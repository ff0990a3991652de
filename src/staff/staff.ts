/** Who works at the console and what each may do. Pure. */

export const roles = ['clerk', 'nurse', 'hub_doctor', 'administrator', 'auditor'] as const;
export type StaffRole = (typeof roles)[number];
/** `screen`: the whiteboard on the wall, which is nobody and may do nothing but show. */
export type Role = StaffRole | 'screen';

export const languages = ['ja', 'en'] as const;
export type Language = (typeof languages)[number];

export interface Staff {
  /** op_…; of a screen its session. */
  id: string;
  associationId: string;
  name: string;
  role: Role;
  language: Language;
}

const desk = ['clerk', 'nurse', 'hub_doctor'] as const;
const everybody = [...desk, 'administrator', 'auditor'] as const;

/**
 * What may be done, and by whom. An administrator keeps accounts, lists and numbers and reads no patient; an auditor reads the
 * log and changes nothing.
 */
const table = {
  'patients.read': desk,
  'patients.write': desk,
  'records.second_reading': desk,
  'roster.write': [...desk, 'administrator'],
  'beds.write': desk,
  'fax.read': desk,
  'fax.destinations': [...desk, 'administrator'],
  'fax.freeze': [...desk, 'administrator'],
  'directory.write': ['clerk', 'administrator'],
  'plans.write': ['hub_doctor', 'administrator'],
  'audit.read': ['auditor', 'administrator'],
  'staff.manage': ['administrator'],
  'whiteboard.read': [...everybody, 'screen'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Permission = keyof typeof table;
export const permissions = Object.keys(table) as readonly Permission[];

/** Whether this role may do it. */
export const permits = (role: Role, permission: Permission): boolean =>
  (table[permission] as readonly Role[]).includes(role);

/** All that a role may do: for the console, which shows nobody a door that would not open. */
export const permissionsOf = (role: Role): Permission[] =>
  permissions.filter((permission) => permits(role, permission));
