/** Every page of the console: where it is, who sees it in the menu, and its code, loaded when it is first opened. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Permission } from '../../staff/staff.ts';
import { type Catalogue, catalogue } from './words/words.ts';

export interface Page {
  /** wouter's patterns: `/patients/:patientId`. */
  path: string;
  /** In the menu by this name; absent: reached from another page. */
  title?: 'whiteboard' | 'plans' | 'directory' | 'prompts';
  needs: Permission | 'signed_in';
  /** Without menu and margins: the wall screen. */
  isBare?: boolean;
  component: LazyExoticComponent<ComponentType>;
}

export const pageTitles: Catalogue<NonNullable<Page['title']>> = catalogue(
  { whiteboard: '今夜のボード', plans: '呼出の設定', directory: '名簿', prompts: '音声案内' },
  { whiteboard: 'Tonight', plans: 'Hunts', directory: 'Directory', prompts: 'Prompts' },
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
    path: '/directory',
    title: 'directory',
    needs: 'directory.read',
    component: lazy(() => import('./pages/directory/directory-page.tsx')),
  },
  {
    path: '/directory/:kind/:id',
    needs: 'directory.read',
    component: lazy(() => import('./pages/directory/entry-page.tsx')),
  },
];
