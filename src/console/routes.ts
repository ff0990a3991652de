/** Every route of the console by its operation. The pages call them by these names (web/api.ts). */
import { alarmRoutes } from './alarms/routes.ts';
import { meRoutes } from './me/routes.ts';
import type { RouteTable } from './route.ts';
import { whiteboardRoutes } from './whiteboard/routes.ts';

export const routes = {
  ...meRoutes,
  ...alarmRoutes,
  ...whiteboardRoutes,
} as const satisfies RouteTable;

export type ConsoleRoutes = typeof routes;
