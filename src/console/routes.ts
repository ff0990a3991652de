/** Every route of the console by its operation. The pages call them by these names (web/api.ts). */

import { accountRoutes } from './account/routes.ts';
import { fourEyesRoutes } from './four-eyes/routes.ts';
import { inboxRoutes } from './inbox/routes.ts';
import { meRoutes } from './me/routes.ts';
import { patientsRoutes } from './patients/routes.ts';
import { planRoutes } from './plans/routes.ts';
import { promptRoutes } from './prompts/routes.ts';
import { recordFormRoutes } from './record-form/routes.ts';
import type { RouteTable } from './route.ts';
import { invitationRoutes } from './sign-in/invitation-routes.ts';
import { signInRoutes } from './sign-in/routes.ts';
import { staffRoutes } from './staff/routes.ts';
import { whiteboardRoutes } from './whiteboard/routes.ts';

export const routes = {
  ...inboxRoutes,
  ...meRoutes,
  ...recordFormRoutes,
  ...accountRoutes,
  ...fourEyesRoutes,
  ...invitationRoutes,
  ...signInRoutes,
  ...staffRoutes,
  ...planRoutes,
  ...promptRoutes,
  ...patientsRoutes,
  ...whiteboardRoutes,
} as const satisfies RouteTable;

export type ConsoleRoutes = typeof routes;
