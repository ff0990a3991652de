/** Every page of the console: where it is, who sees it in the menu, and its code, loaded when it is first opened. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Permission } from '../../staff/staff.ts';
import { type Catalogue, catalogue } from './words/words.ts';

export interface Page {
  /** wouter's patterns: `/patients/:patientId`. */
  path: string;
  /** In the menu by this name; absent: reached from another page. */
  title?: 'whiteboard' | 'inbox' | 'fourEyes' | 'staff' | 'plans' | 'directory' | 'prompts' | 'patients' | 'due';
  needs: Permission | 'signed_in';
  /** Without menu and margins: the wall screen. */
  isBare?: boolean;
  component: LazyExoticComponent<ComponentType>;
}

export const pageTitles: Catalogue<NonNullable<Page['title']>> = catalogue(
  {
    whiteboard: '今夜のボード',
    inbox: '受付',
    fourEyes: '二人確認',
    staff: '職員',
    plans: '呼出の設定',
    directory: '名簿',
    prompts: '音声案内',
    patients: '患者',
    due: '確認待ち',
  },
  {
    whiteboard: 'Tonight',
    inbox: 'Inbox',
    fourEyes: 'Second person',
    staff: 'Staff',
    plans: 'Hunts',
    directory: 'Directory',
    prompts: 'Prompts',
    patients: 'Patients',
    due: 'To be confirmed',
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
    path: '/proposals',
    title: 'fourEyes',
    needs: 'fax.destinations', // whoever may propose or confirm anything
    component: lazy(() => import('./pages/four-eyes/four-eyes-page.tsx')),
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
  {
    path: '/wall',
    needs: 'whiteboard.read',
    isBare: true,
    component: lazy(() => import('./pages/whiteboard/wall-page.tsx')),
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
];
