/** The desk of patients and their records: found, read, compared, confirmed, suspended, closed; their cards. */
import { cardRoutes } from './card-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { lifeRoutes } from './life-routes.ts';
import { recordRoutes } from './record-routes.ts';
import { searchRoutes } from './search-routes.ts';
import { statementRoutes } from './statement-routes.ts';

export const patientsRoutes = {
  ...searchRoutes,
  ...recordRoutes,
  ...historyRoutes,
  ...lifeRoutes,
  ...cardRoutes,
  ...statementRoutes,
};
