/** Every page of the console: where it is, who sees it in the menu, and its code, loaded when it is first opened. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Permission } from '../../staff/staff.ts';
import { rosterPages } from './pages/roster/pages.ts';
import { type Catalogue, catalogue } from './words/words.ts';

export interface Page {
  /** wouter's patterns: `/patients/:patientId`. */
  path: string;
  /** In the menu by this name; absent: reached from another page. */
  title?:
    | 'whiteboard'
    | 'fourEyes'
    | 'staff'
    | 'plans'
    | 'directory'
    | 'prompts'
    | 'patients'
    | 'due'
    | 'roster'
    | 'calls'
    | 'beds'
    | 'fax'
    | 'inbox'
    | 'audit'
    | 'alarms';
  needs: Permission | 'signed_in';
  /** Without menu and margins: the wall screen. */
  isBare?: boolean;
  component: LazyExoticComponent<ComponentType>;
}

export const pageTitles: Catalogue<NonNullable<Page['title']>> = catalogue(
  {
    whiteboard: '今夜のボード',
    fourEyes: '二人確認',
    staff: '職員',
    plans: '呼出の設定',
    directory: '名簿',
    prompts: '音声案内',
    patients: '患者',
    due: '確認待ち',
    roster: '当番表',
    calls: '緊急呼',
    beds: '病床',
    fax: 'ファックス',
    inbox: '受付',
    alarms: '警報',
    audit: '監査',
  },
  {
    whiteboard: 'Tonight',
    fourEyes: 'Second person',
    staff: 'Staff',
    plans: 'Hunts',
    directory: 'Directory',
    prompts: 'Prompts',
    patients: 'Patients',
    due: 'To be confirmed',
    roster: 'Roster',
    calls: 'Urgent calls',
    beds: 'Beds',
    fax: 'Fax',
    inbox: 'Inbox',
    alarms: 'Alarms',
    audit: 'Audit',
  },
);

export const pages: readonly Page[] = [
  {
    path: '/',
    title: 'whiteboard',
    needs: 'whiteboard.read',
    component: lazy(() => import('./pages/whiteboard/whiteboard-page.tsx')),
  },
  {
    path: '/wall',
    needs: 'whiteboard.read',
    isBare: true,
    component: lazy(() => import('./pages/whiteboard/wall-page.tsx')),
  },
  {
    path: '/calls',
    title: 'calls',
    needs: 'calls.read',
    component: lazy(() => import('./pages/calls/calls-page.tsx')),
  },
  { path: '/calls/:caseId', needs: 'calls.read', component: lazy(() => import('./pages/calls/case-page.tsx')) },
  {
    path: '/alarms',
    title: 'alarms',
    needs: 'alarms.work',
    component: lazy(() => import('./pages/alarms/alarms-page.tsx')),
  },
  {
    path: '/inbox',
    title: 'inbox',
    needs: 'inbox.work',
    component: lazy(() => import('./pages/inbox/inbox-page.tsx')),
  },
  {
    path: '/inbox/:itemId',
    needs: 'inbox.work',
    isBare: true,
    component: lazy(() => import('./pages/inbox/item-page.tsx')),
  },
  {
    path: '/records/:patientId/second-reading',
    needs: 'records.second_reading',
    isBare: true,
    component: lazy(() => import('./pages/inbox/second-reading-page.tsx')),
  },
  {
    path: '/records/:patientId/correct',
    needs: 'patients.write',
    isBare: true,
    component: lazy(() => import('./pages/inbox/correct-page.tsx')),
  },
  {
    path: '/patients',
    title: 'patients',
    needs: 'patients.read',
    component: lazy(() => import('./pages/patients/search-page.tsx')),
  },
  {
    path: '/patients/:patientId',
    needs: 'patients.read',
    component: lazy(() => import('./pages/patients/patient-page.tsx')),
  },
  {
    path: '/confirmations',
    title: 'due',
    needs: 'patients.read',
    component: lazy(() => import('./pages/patients/due-page.tsx')),
  },
  ...rosterPages,
  { path: '/beds', title: 'beds', needs: 'beds.read', component: lazy(() => import('./pages/beds/beds-page.tsx')) },
  { path: '/beds/rotation', needs: 'beds.read', component: lazy(() => import('./pages/beds/rotation-page.tsx')) },
  { path: '/beds/:hospitalId', needs: 'beds.read', component: lazy(() => import('./pages/beds/hospital-page.tsx')) },
  { path: '/fax', title: 'fax', needs: 'fax.read', component: lazy(() => import('./pages/fax/sent-page.tsx')) },
  { path: '/fax/received', needs: 'fax.read', component: lazy(() => import('./pages/fax/received-page.tsx')) },
  { path: '/fax/destinations', needs: 'fax.read', component: lazy(() => import('./pages/fax/destinations-page.tsx')) },
  { path: '/fax/incidents', needs: 'fax.read', component: lazy(() => import('./pages/fax/incidents-page.tsx')) },
  { path: '/fax/sent/:faxId', needs: 'fax.read', component: lazy(() => import('./pages/fax/fax-page.tsx')) },
  {
    path: '/directory',
    title: 'directory',
    needs: 'directory.read',
    component: lazy(() => import('./pages/directory/directory-page.tsx')),
  },
  {
    path: '/directory/:kind/new',
    needs: 'directory.write',
    component: lazy(() => import('./pages/directory/new-page.tsx')),
  },
  {
    path: '/directory/:kind/:id',
    needs: 'directory.read',
    component: lazy(() => import('./pages/directory/entry-page.tsx')),
  },
  {
    path: '/plans',
    title: 'plans',
    needs: 'plans.read',
    component: lazy(() => import('./pages/plans/plans-page.tsx')),
  },
  {
    path: '/prompts',
    title: 'prompts',
    needs: 'directory.read',
    component: lazy(() => import('./pages/prompts/prompts-page.tsx')),
  },
  {
    path: '/proposals',
    title: 'fourEyes',
    needs: 'fax.destinations', // whoever may propose or confirm anything
    component: lazy(() => import('./pages/four-eyes/four-eyes-page.tsx')),
  },
  {
    path: '/audit',
    title: 'audit',
    needs: 'audit.read',
    component: lazy(() => import('./pages/audit/audit-page.tsx')),
  },
  {
    path: '/staff',
    title: 'staff',
    needs: 'staff.manage',
    component: lazy(() => import('./pages/staff/staff-page.tsx')),
  },
  {
    path: '/account',
    needs: 'signed_in',
    component: lazy(() => import('./pages/account/account-page.tsx')),
  },
];
