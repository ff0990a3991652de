-- A second carrier places calls while the first cannot (docs/decisions/0014-second-carrier.md).
-- Why a row: every worker must leave the first carrier at the same moment, and a restart must not send calls back to it.

create table carrier_circuit (
  carrier       text primary key check (carrier = 'first'),
  state         text not null check (state in ('closed', 'open', 'half_open')),
  failed_at     timestamptz[] not null default '{}', -- while closed
  left_at       timestamptz,                         -- while not closed
  good_looks    integer not null default 0,
  look_at       timestamptz,                         -- when it is looked at next
  trial_until   timestamptz,                         -- half open: one call at a time is tried
  alarm_subject text,
  check ((state = 'closed') = (left_at is null))
);
insert into carrier_circuit (carrier, state) values ('first', 'closed');

-- By whom a call was placed, or tried: written before the carrier is asked, so that a lost answer is looked for at the right one.
alter table effect add column carrier text not null default 'first' check (carrier in ('first', 'second'));
alter table doctor_callback add column carrier text not null default 'first' check (carrier in ('first', 'second'));

alter table alarm drop constraint alarm_kind_check;
alter table alarm add constraint alarm_kind_check
  check (kind in ('recipient_not_told', 'break_glass', 'fallback_not_published', 'drill_due', 'first_carrier_left'));
