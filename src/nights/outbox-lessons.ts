/** Statements of outbox/ and beds/. */
import type { Lessons } from './notebook.ts';
import type { EffectRow, HoldRow, OfferRow, Tables } from './tables.ts';
import type { Town } from './town.ts';

export function outboxLessons({ effects, cases, pace }: Tables): Lessons {
  const waiting = (at: Date): EffectRow[] =>
    [...effects.under('pending')].filter((row) => row.kind === 'place-call' && row.due_at <= at);
  const take = (row: EffectRow, at: Date): EffectRow[] => {
    effects.change(row.id, { status: 'performing', attempted_at: at, attempts: row.attempts + 1 });
    return [effects.get(row.id)!];
  };
  return {
    'take-effect': {
      prints: '2be0a14a',
      run: ([id, at]) => {
        const row = effects.get(id);
        return row?.status === 'pending' && row.due_at <= (at as Date) && row.kind !== 'place-call'
          ? take(row, at)
          : [];
      },
    },
    'take-next-call': {
      prints: 'abd2529d',
      run: ([at, between]) => {
        const next = pace.get('voice')?.next_at;
        if (next && next > (at as Date)) return [];
        const [first] = waiting(at).sort(
          (one, other) =>
            one.priority - other.priority || Number(one.due_at) - Number(other.due_at) || (one.id < other.id ? -1 : 1),
        );
        if (!first) return [];
        pace.put('voice', { next_at: new Date(Math.max(Number(next ?? at), Number(at)) + between * 1000) });
        return take(first, at).map((row) => ({ ...row, carrier: 'first', is_trial: false }));
      },
    },
    'waiting-calls': {
      prints: 'ccbf70ac',
      run: ([at]) => [{ waiting: waiting(at).length, next_at: pace.get('voice')?.next_at ?? null }],
    },
    'settle-effect': {
      prints: '1fc06e58',
      run: ([id, status]) => {
        effects.change(id, { status });
        return 1;
      },
    },
    "update effect set status = 'pending', due_at = $2": {
      prints: 'b3cd2e0a',
      run: ([id, due_at]) => {
        effects.change(id, { status: 'pending', due_at });
        return 1;
      },
    },
    "select id from effect where status = 'pending' and kind <> 'place-call'": {
      prints: 'f2bc7700',
      run: ([at, limit]) =>
        [...effects.under('pending')]
          .filter((row) => row.kind !== 'place-call' && row.due_at <= (at as Date))
          .sort((one, other) => Number(one.due_at) - Number(other.due_at))
          .slice(0, limit),
    },
    'update effect set attempted_at = $3': {
      prints: '0bfcf6cd',
      run: ([before, limit, later]) => {
        const gone = [...effects.under('performing')]
          .filter((row) => row.attempted_at !== null && row.attempted_at < (before as Date))
          .slice(0, limit);
        for (const { id } of gone) effects.change(id, { attempted_at: later });
        return gone;
      },
    },
    "select 1 from effect where leg_id = $1 and kind = 'place-call'": {
      prints: 'eda3b931',
      run: ([legId]) =>
        [...effects.under('pending')].filter((row) => row.leg_id === legId && row.kind === 'place-call'),
    },
    'select conference_sid from urgent_call': {
      prints: '737d88ee',
      run: ([id]) => [{ conference_sid: cases.get(id)?.conference_sid ?? null }],
    },
  };
}

export function bedLessons(town: Town, { offers, holds }: Tables): Lessons {
  const heldAt = (hospitalId: string, bedType: string, at: Date): number =>
    [...holds.under(`${hospitalId} ${bedType}`)].filter(
      (row) => row.status === 'held' && row.is_counted && row.expires_at > at,
    ).length;
  const settle = (row: HoldRow, status: HoldRow['status'], settled_at: Date): void =>
    holds.change(row.request_id, { status, settled_at });
  const put = (offer: OfferRow): void => offers.put(`${offer.hospital_id} ${offer.bed_type}`, offer);
  return {
    // Nobody in the town has said what is usual.
    'from bed_pattern where hospital_id = any($1)': { prints: '882adef3', run: () => [] },
    'from hospital join hospital_bed_type on': {
      prints: '75666934',
      run: ([associationId, bedType, at]) =>
        [...town.hospitals.values()]
          .filter((row) => row.association_id === associationId && row.bedTypes.includes(bedType))
          .map((row) => {
            const { free_count, acceptance, as_of, holds_until } = offers.get(`${row.id} ${bedType}`) ?? {
              ...{ free_count: null, acceptance: null, as_of: null, holds_until: null },
            };
            return {
              ...row,
              hospital_id: row.id,
              free_count,
              acceptance,
              as_of,
              holds_until,
              held: heldAt(row.id, bedType, at),
            };
          }),
    },
    'from bed_offer where hospital_id = $1 and bed_type = $2 for update': {
      prints: '3faff6c7',
      run: ([hospitalId, bedType]) => [offers.get(`${hospitalId} ${bedType}`)].filter((row) => row !== undefined),
    },
    'select count(*)::int as held from bed_hold': {
      prints: '634fadbf',
      run: ([hospitalId, bedType, at]) => [{ held: heldAt(hospitalId, bedType, at) }],
    },
    'with request as ( insert into bed_request': {
      prints: 'bd44e729',
      run: ([request_id, case_id, hospital_id, bed_type, _at, is_counted, expires_at]) => {
        holds.put(request_id, {
          ...{ request_id, case_id, hospital_id, bed_type, is_counted, status: 'held', expires_at, settled_at: null },
        });
        return 1;
      },
    },
    'from bed_hold where request_id = $1 for update': {
      prints: '9a294bd6',
      run: ([requestId]) => [holds.get(requestId)].filter((row) => row !== undefined),
    },
    "update bed_hold set status = 'admitted'": {
      prints: 'ec52c36e',
      run: ([requestId, at]) => {
        const hold = holds.get(requestId);
        if (!hold) return 0;
        settle(hold, 'admitted', at);
        const offer = offers.get(`${hold.hospital_id} ${hold.bed_type}`);
        if (offer && offer.free_count !== null) put({ ...offer, free_count: Math.max(0, offer.free_count - 1) });
        return 1;
      },
    },
    "update bed_hold set status = 'cancelled'": {
      prints: '9b4722aa',
      run: ([requestId, _refusal, at]) => {
        const hold = holds.get(requestId);
        if (hold?.status === 'held') settle(hold, 'cancelled', at);
        return 1;
      },
    },
    "update bed_hold set status = 'expired'": {
      prints: 'c2cc99df',
      run: ([at]) => {
        const over = [...holds.rows.values()].filter((row) => row.status === 'held' && row.expires_at <= (at as Date));
        for (const hold of over) settle(hold, 'expired', at);
        return over.length;
      },
    },
    'with offer as ( insert into bed_offer': {
      prints: '604b1c24',
      run: ([hospital_id, bed_type, free_count, acceptance, as_of, holds_until]) => {
        put({ hospital_id, bed_type, free_count, acceptance, as_of, holds_until });
        return 1;
      },
    },
  };
}
