-- The record page for whoever took an urgent call, and the page that the attending doctor finds in the morning.
-- Why the first: the page is an effect of the acceptance, written in the same transaction as it. A process of the version
-- before never writes the new kind; wider is compatible.

alter table effect drop constraint effect_kind_check;
alter table effect add constraint effect_kind_check check (kind in
  ('place-call', 'cancel-call', 'settle-leg', 'settle-caller', 'move-leg', 'move-caller', 'announce', 'send-message',
   'send-record'));

-- An urgent call that the attending doctor was told of. Without a row it waits: for seven o'clock, for his confirmed fax, or,
-- about no patient with an attending doctor, for the hub.
create table morning_report (
  case_id     text primary key references urgent_call (id),
  doctor_id   text not null references doctor (id),
  fax_id      text not null,
  reported_at timestamptz not null
);
create index morning_report_of_doctor on morning_report (doctor_id, reported_at);

-- Which cases a morning is about. Brin: the rows come in the order of their opening, and the case's opening pays nothing.
create index urgent_call_by_opening on urgent_call using brin (opened_at);
