/** Every route of the console by its operation. The pages call them by these names (web/api.ts). */
import { meRoutes } from './me/routes.ts';
import { rosterReportRoutes } from './roster/report-routes.ts';
import { rosterRoutes } from './roster/routes.ts';
import { swapRoutes } from './roster/swap-routes.ts';
import type { RouteTable } from './route.ts';
import { whiteboardRoutes } from './whiteboard/routes.ts';

export const routes = {
  ...meRoutes,
  ...rosterRoutes,
  ...rosterReportRoutes,
  ...swapRoutes,
  ...whiteboardRoutes,
} as const satisfies RouteTable;

export type ConsoleRoutes = typeof routes;
