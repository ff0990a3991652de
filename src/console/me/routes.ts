import { z } from 'zod';
import { associationById } from '../../directory/actions.ts';
import { permissionsOf, roles } from '../../staff/staff.ts';
import { refuse, route } from '../route.ts';

export const meRoutes = {
  who_am_i: route({
    method: 'get',
    path: '/me',
    summary: 'Who is signed in, and what he may do',
    access: 'whiteboard.read', // everybody, and the wall screen
    reply: z.object({
      staffId: z.string(),
      name: z.string(),
      role: z.enum([...roles, 'screen']),
      language: z.enum(['ja', 'en']),
      association: z.string(),
      permissions: z.array(z.string()),
    }),
    async handle(ctx, { staff }) {
      const association = await associationById(ctx.db, staff.associationId);
      if (!association) return refuse(404, 'no_association');
      const { id: staffId, name, role, language } = staff;
      return { staffId, name, role, language, association: association.name, permissions: permissionsOf(role) };
    },
  }),
};
