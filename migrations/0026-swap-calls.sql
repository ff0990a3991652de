-- Whoever is asked for a swap is rung about it by day (src/roster/swap-calls.ts): how often, when again, and by which call.
alter table roster_swap
  add column ring_due_at timestamptz,
  add column ring_rounds smallint not null default 0,
  add column ring_callback_id text,
  add constraint roster_swap_rings_while_waiting check (status = 'waiting' or ring_due_at is null);
create index roster_swap_ring_due on roster_swap (ring_due_at) where ring_due_at is not null;

alter table doctor_callback
  add column swap_id text references roster_swap (id),
  drop constraint doctor_callback_purpose_check,
  add constraint doctor_callback_purpose_check
    check (purpose in ('spoken', 'not_delivered', 'roll_call', 'roster_gap', 'swap')),
  add constraint doctor_callback_swap_check check ((purpose = 'swap') = (swap_id is not null));
