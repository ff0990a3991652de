import type { Request } from 'express';
import { reportMessage } from '../callbacks.ts';
import { Refusal } from '../errors.ts';
import { announce, later, type Message, type Network } from '../state.ts';
import { range } from './calls.ts';
import * as form from './form.ts';
import { isVisible, notFound, pathPart } from './operation.ts';
import { pageOf } from './paging.ts';
import { messageResource } from './resources.ts';

/** `Messages`: text messages are sent after a second and delivered after two more. */

const keptMessages = 5000;
const secondsUntil = { sent: 1, delivered: 2 };
const japanese = /^\+81/;
const japaneseMobile = /^\+81[789]0\d{8}$/;

export function createMessage(network: Network, request: Request): unknown {
  const fields = form.bodyOf(request);
  const to = form.text(fields, 'To');
  const from = form.text(fields, 'From');
  const body = form.text(fields, 'Body');
  if (to === undefined) throw new Refusal('messageToMissing');
  if (from === undefined) throw new Refusal('messageFromMissing');
  if (body === undefined) throw new Refusal('bodyMissing');
  if (!form.isE164(to)) throw new Refusal('toInvalid', to);
  if (!network.numbers.has(from)) throw new Refusal('messageFromUnable', from);
  if (japanese.test(to) && !japaneseMobile.test(to)) throw new Refusal('notMobile', to);
  const url = form.url(fields, 'StatusCallback', 'statusCallbackInvalid');
  const message: Message = {
    sid: network.chance.sid('SM'),
    from,
    to,
    body,
    createdAt: network.clock.now(),
    state: 'queued',
    sentAt: null,
    reports: url ? { url, method: 'POST', events: new Set(), sequence: 0 } : null,
  };
  network.messages.set(message.sid, message);
  if (network.messages.size > keptMessages) network.messages.delete(network.messages.keys().next().value!);
  announce(network, 'message', { message: message.sid, phone: to, from, text: body });
  later(network, network.timers, secondsUntil.sent, () => {
    message.state = 'sent';
    message.sentAt = network.clock.now();
    reportMessage(network, message);
    later(network, network.timers, secondsUntil.delivered, () => {
      message.state = 'delivered';
      reportMessage(network, message);
    });
  });
  return messageResource(network, message);
}

export function fetchMessage(network: Network, request: Request): unknown {
  const message = network.messages.get(pathPart(request, 'sid'));
  if (!message || !isVisible(network, message)) throw notFound(request);
  return messageResource(network, message);
}

export function listMessages(network: Network, request: Request): unknown {
  const query = request.query as Record<string, unknown>;
  const to = form.text(query, 'To');
  const from = form.text(query, 'From');
  const sent = range(query, 'DateSent');
  const found = [...network.messages.values()].filter(
    (each) =>
      (to === undefined || each.to === to) &&
      (from === undefined || each.from === from) &&
      sent(each.sentAt) &&
      isVisible(network, each),
  );
  return pageOf(request, 'messages', found.reverse(), (each) => messageResource(network, each));
}
