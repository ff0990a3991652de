import type { Answer } from '../../api.ts';

export type Role = Answer<'list_staff'>['staff'][number]['role'];
/** In the order of how many there are at a hub. */
export const roles: readonly Role[] = ['clerk', 'nurse', 'hub_doctor', 'administrator', 'auditor'];
