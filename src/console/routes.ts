/** Every route of the console by its operation. The pages call them by these names (web/api.ts). */

import { rotationRoutes } from './beds/rotation-routes.ts';
import { bedRoutes } from './beds/routes.ts';
import { callRoutes } from './calls/routes.ts';
import { destinationRoutes } from './fax/destination-routes.ts';
import { faxRoutes } from './fax/routes.ts';
import { meRoutes } from './me/routes.ts';
import type { RouteTable } from './route.ts';
import { whiteboardRoutes } from './whiteboard/routes.ts';

export const routes = {
  ...meRoutes,
  ...whiteboardRoutes,
  ...bedRoutes,
  ...rotationRoutes,
  ...callRoutes,
  ...faxRoutes,
  ...destinationRoutes,
} as const satisfies RouteTable;

export type ConsoleRoutes = typeof routes;
