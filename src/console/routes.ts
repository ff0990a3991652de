/** Every route of the console by its operation. The pages call them by these names (web/api.ts). */

import { accountRoutes } from './account/routes.ts';
import { alarmRoutes } from './alarms/routes.ts';
import { auditRoutes } from './audit/routes.ts';
import { rotationRoutes } from './beds/rotation-routes.ts';
import { bedRoutes } from './beds/routes.ts';
import { callRoutes } from './calls/routes.ts';
import { directoryRoutes } from './directory/routes.ts';
import { destinationRoutes } from './fax/destination-routes.ts';
import { faxRoutes } from './fax/routes.ts';
import { fourEyesRoutes } from './four-eyes/routes.ts';
import { inboxRoutes } from './inbox/routes.ts';
import { meRoutes } from './me/routes.ts';
import { patientsRoutes } from './patients/routes.ts';
import { planRoutes } from './plans/routes.ts';
import { promptRoutes } from './prompts/routes.ts';
import { recordFormRoutes } from './record-form/routes.ts';
import { foresightRoutes } from './roster/foresight-routes.ts';
import { rosterImportRoutes } from './roster/import-routes.ts';
import { rosterReplyRoutes } from './roster/reply-routes.ts';
import { rosterReportRoutes } from './roster/report-routes.ts';
import { rosterRoutes } from './roster/routes.ts';
import { swapRoutes } from './roster/swap-routes.ts';
import type { RouteTable } from './route.ts';
import { invitationRoutes } from './sign-in/invitation-routes.ts';
import { signInRoutes } from './sign-in/routes.ts';
import { staffRoutes } from './staff/routes.ts';
import { whiteboardRoutes } from './whiteboard/routes.ts';

export const routes = {
  ...directoryRoutes,
  ...accountRoutes,
  ...fourEyesRoutes,
  ...invitationRoutes,
  ...meRoutes,
  ...signInRoutes,
  ...staffRoutes,
  ...planRoutes,
  ...promptRoutes,
  ...patientsRoutes,
  ...auditRoutes,
  ...rosterRoutes,
  ...rosterReportRoutes,
  ...rosterReplyRoutes,
  ...rosterImportRoutes,
  ...foresightRoutes,
  ...swapRoutes,
  ...inboxRoutes,
  ...recordFormRoutes,
  ...alarmRoutes,
  ...whiteboardRoutes,
  ...bedRoutes,
  ...rotationRoutes,
  ...callRoutes,
  ...faxRoutes,
  ...destinationRoutes,
} as const satisfies RouteTable;

export type ConsoleRoutes = typeof routes;
