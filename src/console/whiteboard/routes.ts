import { unsealedSince } from '../../audit/actions.ts';
import { rulesWithNames } from '../../roster/actions.ts';
import { japanCalendar } from '../../roster/calendar.ts';
import { datesOfTonight } from '../../roster/tonight.ts';
import { route } from '../route.ts';
import { boardShape } from './board.ts';
import { look } from './store.ts';
import { boardOf } from './view.ts';

export const whiteboardRoutes = {
  whiteboard: route({
    method: 'get',
    path: '/whiteboard',
    summary: 'Tonight at a glance',
    access: 'whiteboard.read',
    live: { everyMs: 250 },
    reply: boardShape,
    async handle({ db, clock }, { staff: { associationId } }) {
      const at = clock.now();
      const { from, until } = datesOfTonight(at);
      const [seen, rules] = await Promise.all([
        look(db, associationId, at, unsealedSince),
        rulesWithNames(db, associationId, from, until),
      ]);
      return boardOf(seen, rules, at, japanCalendar);
    },
  }),
};
