-- The roster as people of the hub work on it: who is away, who swaps with whom, the roll-call of the evening, calendars for others.

-- Service dates on which a doctor is away: his duties of those dates are nobody's until somebody else is put in.
create table doctor_absence (
  id             text primary key,
  association_id text not null references association (id),
  doctor_id      text not null references doctor (id),
  from_date      date not null,
  until_date     date not null,            -- included
  noted_by       text not null,
  noted_at       timestamptz not null,
  check (until_date >= from_date)
);
create index doctor_absence_of_doctor on doctor_absence (doctor_id, until_date);
create index doctor_absence_of_association on doctor_absence (association_id, until_date);

-- One doctor gives a duty of one date to another; both say yes (src/roster/swap.ts tells its life).
create table roster_swap (
  id                 text primary key,
  association_id     text not null references association (id),
  area_id            text not null references area (id),
  giver_id           text not null references doctor (id),
  taker_id           text not null references doctor (id),
  service_date       date not null,
  from_minute        smallint not null check (from_minute between 0 and 2879),
  to_minute          smallint not null check (to_minute between from_minute + 1 and 2880),
  position           smallint not null check (position between 1 and 9),
  status             text not null check (status in ('waiting', 'agreed', 'declined', 'withdrawn', 'lapsed')),
  giver_confirmed_at timestamptz,
  taker_confirmed_at timestamptz,
  begins_at          timestamptz not null,
  created_at         timestamptz not null,
  ended_at           timestamptz,
  check (giver_id <> taker_id),
  check ((status = 'waiting') = (ended_at is null)),
  check (status <> 'agreed' or num_nonnulls(giver_confirmed_at, taker_confirmed_at) = 2),
  check (status <> 'waiting' or num_nonnulls(giver_confirmed_at, taker_confirmed_at) < 2)
);
create index roster_swap_open on roster_swap (association_id, begins_at) where status = 'waiting';
create index roster_swap_of_association on roster_swap (association_id, created_at desc, id);
-- Nobody is asked twice for the same duty at once.
create unique index roster_swap_one_open on roster_swap (area_id, service_date, giver_id, from_minute) where status = 'waiting';

-- The evening's roll-call (src/roster/roll-call.ts): one an evening, one answer a doctor.
create table roll_call (
  id             text primary key,
  association_id text not null references association (id),
  service_date   date not null,
  status         text not null check (status in ('calling', 'done')),
  begun_at       timestamptz not null,
  done_at        timestamptz,
  -- Hours of the night without anybody who said yes: [{"areaId", "from", "until"}]; once done.
  gaps           jsonb,
  alarmed_at     timestamptz,            -- when the standby person was rung about them
  unique (association_id, service_date),
  check ((status = 'done') = (done_at is not null)),
  check ((status = 'done') = (gaps is not null))
);
create index roll_call_running on roll_call (begun_at) where status = 'calling';

create table roll_call_answer (
  roll_call_id text not null references roll_call (id),
  doctor_id    text not null references doctor (id),
  status       text not null check (status in ('waiting', 'ringing', 'on', 'needs_swap', 'unanswered')),
  rounds       smallint not null default 0,
  due_at       timestamptz,
  callback_id  text,
  answered_at  timestamptz,
  primary key (roll_call_id, doctor_id),
  check ((status in ('waiting', 'ringing')) = (due_at is not null)),
  check ((status in ('on', 'needs_swap')) = (answered_at is not null))
);
create index roll_call_answer_due on roll_call_answer (due_at) where due_at is not null;

-- The same calls to registered telephones serve the roll-call; `roster_gap` rings the standby person, who is no doctor.
alter table doctor_callback
  add column roll_call_id text references roll_call (id),
  alter column doctor_id drop not null,
  drop constraint doctor_callback_purpose_check,
  add constraint doctor_callback_purpose_check
    check (purpose in ('spoken', 'not_delivered', 'roll_call', 'roster_gap')),
  add constraint doctor_callback_roll_call_check
    check ((purpose in ('roll_call', 'roster_gap')) = (roll_call_id is not null)),
  add constraint doctor_callback_doctor_check check ((purpose = 'roster_gap') = (doctor_id is null));

-- Calendars for the doctors' own devices: whoever has the address reads the roster and nothing else; only its hash is kept.
create table roster_feed (
  id             text primary key,
  association_id text not null references association (id),
  doctor_id      text references doctor (id),
  area_id        text references area (id),
  token_hash     bytea not null unique check (octet_length(token_hash) = 32),
  made_by        text not null,
  made_at        timestamptz not null,
  revoked_at     timestamptz,
  check (num_nonnulls(doctor_id, area_id) = 1)
);
create index roster_feed_of_association on roster_feed (association_id) where revoked_at is null;
