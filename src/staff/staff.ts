/** Who works at the hub, and what each may do there. */

/** clerk 事務, nurse 保健師・看護師, hub doctor 拠点医師, administrator 管理者, auditor 監査. */
export const roles = ['clerk', 'nurse', 'hub_doctor', 'administrator', 'auditor'] as const;
export type StaffRole = (typeof roles)[number];
/** `screen`: the whiteboard on the wall, which is nobody and may do nothing but show. */
export type Role = StaffRole | 'screen';

export const languages = ['ja', 'en'] as const;
export type Language = (typeof languages)[number];

export interface Staff {
  /** op_…; of a wall screen its session. */
  id: string;
  associationId: string;
  name: string;
  role: Role;
  language: Language;
}

const care = ['clerk', 'nurse', 'hub_doctor'] as const;
const all = roles;

/** Permission → who has it. An administrator runs the desk and does not read records; an auditor reads the log and changes nothing. */
const table = {
  'whiteboard.read': [...all, 'screen'],
  'patients.read': ['clerk', 'nurse', 'hub_doctor'],
  'patients.write': ['clerk', 'nurse', 'hub_doctor'],
  'records.second_reading': ['nurse', 'hub_doctor'],
  'cards.issue': care,
  'inbox.work': care,
  'alarms.work': ['clerk', 'nurse', 'hub_doctor', 'administrator'],
  'roster.read': all,
  'roster.write': ['clerk', 'nurse', 'hub_doctor', 'administrator'],
  'beds.read': all,
  'beds.write': ['clerk', 'nurse', 'hub_doctor', 'administrator'],
  'calls.read': all,
  'fax.read': all,
  'fax.work': care,
  'fax.destinations': ['clerk', 'nurse', 'hub_doctor', 'administrator'],
  'fax.freeze': ['clerk', 'nurse', 'hub_doctor', 'administrator'],
  'directory.read': all,
  'directory.write': ['clerk', 'administrator'],
  'plans.read': all,
  'plans.write': ['hub_doctor', 'administrator'],
  'audit.read': ['administrator', 'auditor'],
  'disclosures.read': ['hub_doctor', 'administrator', 'auditor'],
  'staff.manage': ['administrator'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof table;
export const permissions = Object.keys(table) as Permission[];

/** Whether this role may do it. */
export function permits(role: Role, permission: Permission): boolean {
  return (table[permission] as readonly Role[]).includes(role);
}

/** What the pages show and hide; the server asks `permits` again at every door. */
export const permissionsOf = (role: Role): Permission[] =>
  permissions.filter((permission) => permits(role, permission));
