import type { Router } from 'express';
import { bodyAs, numberIn, Problem } from '../../common/problem.ts';
import { lineBody, type Machine, machineBody } from '../machines.ts';
import { announce, type House } from '../state.ts';
import { faxView, lineView, machineView, sentFrom, trayOf } from './views.ts';

/** The machines of the town, and the numbers that are ours. */
export function numberRoutes(house: House, router: Router): void {
  const known = (number: string): Machine => {
    const machine = house.machines.get(number);
    if (machine) return machine;
    throw new Problem(404, 'No such fax machine', `Set it up first: PUT /faxhouse/numbers/${number}.`);
  };

  router.put('/numbers/:number', (request, response) => {
    const number = numberIn(request);
    const { name, ...habit } = bodyAs(machineBody, request);
    const before = house.machines.get(number);
    const machine = { number, name: name ?? before?.name ?? '', habit };
    house.machines.set(number, machine);
    announce(house, 'numbers', { number });
    response.status(before ? 200 : 201).json(machineView(house, machine));
  });
  router.get('/numbers', (_request, response) => {
    response.json({
      machines: [...house.machines.values()].map((machine) => machineView(house, machine)),
      ours: [...house.lines.values()].map(lineView),
    });
  });
  router.get('/numbers/:number', (request, response) => {
    response.json(machineView(house, known(numberIn(request))));
  });
  router.delete('/numbers/:number', (request, response) => {
    house.machines.delete(known(numberIn(request)).number);
    response.status(204).end();
  });
  router.get('/numbers/:number/received', (request, response) => {
    response.json(trayOf(house, numberIn(request)).map(faxView));
  });
  router.get('/numbers/:number/sent', (request, response) => {
    response.json(sentFrom(house, numberIn(request)).map(faxView));
  });

  router.put('/numbers/:number/inbound', (request, response) => {
    const number = numberIn(request);
    const body = bodyAs(lineBody, request);
    const before = house.lines.get(number);
    const line = { ...body, number, name: body.name ?? before?.name ?? '' };
    house.lines.set(number, line);
    announce(house, 'numbers', { number });
    response.status(before ? 200 : 201).json(lineView(line));
  });
  router.delete('/numbers/:number/inbound', (request, response) => {
    house.lines.delete(numberIn(request));
    response.status(204).end();
  });
}
