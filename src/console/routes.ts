/** Every route of the console by its operation. The pages call them by these names (web/api.ts). */
import { directoryRoutes } from './directory/routes.ts';
import { meRoutes } from './me/routes.ts';
import { planRoutes } from './plans/routes.ts';
import { promptRoutes } from './prompts/routes.ts';
import type { RouteTable } from './route.ts';
import { whiteboardRoutes } from './whiteboard/routes.ts';

export const routes = {
  ...directoryRoutes,
  ...meRoutes,
  ...planRoutes,
  ...promptRoutes,
  ...whiteboardRoutes,
} as const satisfies RouteTable;

export type ConsoleRoutes = typeof routes;
