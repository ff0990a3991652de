import type { Request } from 'express';
import { reportConference } from '../callbacks.ts';
import { endConference } from '../conferences.ts';
import { Refusal } from '../errors.ts';
import { startRun } from '../interpreter.ts';
import type { Call, Conference, Network } from '../state.ts';
import { range } from './calls.ts';
import * as form from './form.ts';
import { isVisible, notFound, pathPart } from './operation.ts';
import { pageOf } from './paging.ts';
import { conferenceResource } from './resources.ts';

/** `Conferences`: https://www.twilio.com/docs/voice/api/conference-resource */

export function findConference(network: Network, request: Request, name = 'sid'): Conference {
  const conference = network.conferences.get(pathPart(request, name));
  if (!conference) throw notFound(request);
  return conference;
}

export function fetchConference(network: Network, request: Request): unknown {
  const conference = findConference(network, request);
  if (!isVisible(network, conference)) throw notFound(request);
  return conferenceResource(network, conference);
}

export function listConferences(network: Network, request: Request): unknown {
  const query = request.query as Record<string, unknown>;
  const name = form.text(query, 'FriendlyName');
  const status = form.oneOf(query, 'Status', ['init', 'in-progress', 'completed']);
  const created = range(query, 'DateCreated');
  const updated = range(query, 'DateUpdated');
  const found = [...network.conferences.values()].filter(
    (each) =>
      (name === undefined || each.name === name) &&
      (status === undefined || each.state === status) &&
      created(each.createdAt) &&
      updated(each.updatedAt) &&
      isVisible(network, each),
  );
  return pageOf(request, 'conferences', found.reverse(), (each) => conferenceResource(network, each));
}

export function updateConference(network: Network, request: Request): unknown {
  const conference = findConference(network, request);
  const fields = form.bodyOf(request);
  const status = form.oneOf(fields, 'Status', ['completed']);
  const url = form.url(fields, 'AnnounceUrl', 'urlInvalid');
  if (conference.state === 'completed') throw new Refusal('notFound', 'the conference has ended');
  if (status) endConference(network, conference, 'conference-ended-via-api', null);
  else if (url) {
    const method = form.method(fields, 'AnnounceMethod');
    network.work.soon(() =>
      announceTo(network, conference, url, method, () =>
        [...conference.participants.values()].map((each) => each.call),
      ),
    );
  } else throw new Refusal('invalidParameter', 'give Status=completed or AnnounceUrl');
  return conferenceResource(network, conference);
}

/** Plays a document to some of those in a conference, over whatever they hear. */
export function announceTo(
  network: Network,
  conference: Conference,
  url: string,
  method: 'GET' | 'POST',
  audience: () => Call[],
): void {
  const [call] = audience();
  if (!call) return;
  startRun(
    network,
    call,
    { url, method },
    {
      purpose: 'announce',
      audience,
      params: () => ({ ConferenceSid: conference.sid, FriendlyName: conference.name }),
      onEnd: () => reportConference(network, conference, 'announcement-end', null),
    },
  );
}
