/** Every page of the console: where it is, who sees it in the menu, and its code, loaded when it is first opened. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Permission } from '../../staff/staff.ts';
import { type Catalogue, catalogue } from './words/words.ts';

export interface Page {
  /** wouter's patterns: `/patients/:patientId`. */
  path: string;
  /** In the menu by this name; absent: reached from another page. */
  title?: 'whiteboard' | 'patients' | 'due';
  needs: Permission | 'signed_in';
  /** Without menu and margins: the wall screen. */
  isBare?: boolean;
  component: LazyExoticComponent<ComponentType>;
}

export const pageTitles: Catalogue<NonNullable<Page['title']>> = catalogue(
  { whiteboard: '今夜のボード', patients: '患者', due: '確認待ち' },
  { whiteboard: 'Tonight', patients: 'Patients', due: 'To be confirmed' },
);

export const pages: readonly Page[] = [
  {
    path: '/',
    title: 'whiteboard',
    needs: 'whiteboard.read',
    component: lazy(() => import('./pages/whiteboard/whiteboard-page.tsx')),
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
