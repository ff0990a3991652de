/** Every page of the console: where it is, who sees it in the menu, and its code, loaded when it is first opened. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Permission } from '../../staff/staff.ts';
import { type Catalogue, catalogue } from './words/words.ts';

export interface Page {
  /** wouter's patterns: `/patients/:patientId`. */
  path: string;
  /** In the menu by this name; absent: reached from another page. */
  title?: 'whiteboard' | 'inbox';
  needs: Permission | 'signed_in';
  /** Without menu and margins: the wall screen. */
  isBare?: boolean;
  component: LazyExoticComponent<ComponentType>;
}

export const pageTitles: Catalogue<NonNullable<Page['title']>> = catalogue(
  { whiteboard: '今夜のボード', inbox: '受付' },
  { whiteboard: 'Tonight', inbox: 'Inbox' },
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
];
