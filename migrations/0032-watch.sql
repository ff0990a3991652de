-- The watchman's rounds: Kamome rings itself, presses the keys and sees whether all comes back (src/watch/round.ts).
-- Why not cases: a round has no patient and nobody is rung for it, and no figure about cases may count it.

create table watch (
  association_id text not null references association (id),
  extent         text not null check (extent in ('inner', 'carrier')),
  due_at         timestamptz not null,
  failed         smallint not null default 0,  -- rounds in a row that did not pass
  failing_id     text,                         -- subject of the alarm: the first of them
  passed_at      timestamptz,
  primary key (association_id, extent)
);

create table watch_round (
  id             text primary key,
  association_id text not null references association (id),
  extent         text not null check (extent in ('inner', 'carrier')),
  status         text not null check (status in ('calling', 'keyed', 'reported', 'passed', 'failed')),
  because        text,
  "from"         text not null,  -- number of ours that rings; what comes in with another is a caller like any other
  call_sid       text,           -- the line that came in
  begun_at       timestamptz not null,
  menu_at        timestamptz,
  keyed_at       timestamptz,
  reported_at    timestamptz,
  closed_at      timestamptz,
  check ((status = 'failed') = (because is not null)),
  check ((status in ('passed', 'failed')) = (closed_at is not null))
);
-- One at a time, so that a line which comes in belongs to exactly one.
create unique index watch_round_open on watch_round (association_id) where status in ('calling', 'keyed', 'reported');
create index watch_round_call on watch_round (call_sid) where status in ('calling', 'keyed');
create index watch_round_last on watch_round (association_id, extent, begun_at desc);

-- The whole round goes out by the same outbox as every call to a registered telephone, but to a number of ours.
alter table doctor_callback
  add column watch_round_id text references watch_round (id),
  alter column phone_id drop not null,
  drop constraint doctor_callback_purpose_check,
  add constraint doctor_callback_purpose_check
    check (purpose in ('spoken', 'not_delivered', 'roll_call', 'roster_gap', 'swap', 'watch')),
  drop constraint doctor_callback_doctor_check,
  add constraint doctor_callback_doctor_check check ((purpose in ('roster_gap', 'watch')) = (doctor_id is null)),
  add constraint doctor_callback_watch_check check ((purpose = 'watch') = (watch_round_id is not null)),
  add constraint doctor_callback_phone_check check ((purpose = 'watch') = (phone_id is null));
create index doctor_callback_watch_round on doctor_callback (watch_round_id) where watch_round_id is not null;

-- The outside ping: which worker sent the last one, and what it was withheld for.
create table deadman (
  only_one  boolean primary key default true check (only_one),
  tried_at  timestamptz not null,
  pinged_at timestamptz,
  withheld  text
);

alter table alarm drop constraint alarm_kind_check;
alter table alarm add constraint alarm_kind_check
  check (kind in ('recipient_not_told', 'break_glass', 'fallback_not_published', 'drill_due', 'watch_failed'));
