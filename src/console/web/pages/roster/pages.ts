/** The roster's pages; the first stands in the menu. */
import { lazy } from 'react';
import type { Page } from '../../pages.ts';

export const rosterPages: readonly Page[] = [
  { path: '/roster', title: 'roster', needs: 'roster.read', component: lazy(() => import('./month-page.tsx')) },
  { path: '/roster/patterns', needs: 'roster.read', component: lazy(() => import('./patterns-page.tsx')) },
  { path: '/roster/absences', needs: 'roster.read', component: lazy(() => import('./absences-page.tsx')) },
  { path: '/roster/swaps', needs: 'roster.read', component: lazy(() => import('./swaps-page.tsx')) },
  { path: '/roster/replies', needs: 'roster.read', component: lazy(() => import('./replies-page.tsx')) },
  { path: '/roster/import', needs: 'roster.write', component: lazy(() => import('./import-page.tsx')) },
  { path: '/roster/roll-call', needs: 'roster.read', component: lazy(() => import('./roll-call-page.tsx')) },
  { path: '/roster/fairness', needs: 'roster.read', component: lazy(() => import('./fairness-page.tsx')) },
  { path: '/roster/foresight', needs: 'roster.write', component: lazy(() => import('./foresight-page.tsx')) },
  { path: '/roster/calendars', needs: 'roster.read', component: lazy(() => import('./calendars-page.tsx')) },
];
