import { enrolmentRoutes } from './enrolment-routes.ts';
import { pageRoutes } from './page-routes.ts';
import { queueRoutes } from './queue-routes.ts';
import { recordRoutes } from './record-routes.ts';

export const inboxRoutes = { ...queueRoutes, ...enrolmentRoutes, ...pageRoutes, ...recordRoutes };
