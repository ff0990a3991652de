-- What the desk of patients and the desk of the audit ask: names for lists, a patient by his card, the log by kind and person.
-- Why a name line: to open a record takes the hub's private key, some milliseconds each; a list shows fifty names while one types.

-- Kana, name and birth date under a key derived from the search key (src/patients/name-line.ts), which the gateway does not hold.
create table patient_name_line (
  patient_id     text primary key references patient (id),
  association_id text not null references association (id),
  sealed         bytea not null
);

-- A patient is closed for good: his name goes with his records, whoever closes him.
create function forget_name_line() returns trigger language plpgsql as $$
begin
  delete from patient_name_line where patient_id = new.id;
  return null;
end
$$;
create trigger patient_name_forgotten after update of shredded_at on patient
  for each row when (new.shredded_at is not null) execute function forget_name_line();

-- By what the hub finds a card: a keyed hash of its number, as of everything it searches by (src/patients/search-tokens.ts).
alter table card add column search_token bytea check (octet_length(search_token) = 16);
create index card_by_search_token on card (search_token) where search_token is not null;

create index patient_by_area_and_code on patient (area_id, code);
drop index patient_by_area;

-- The log as a person reads it: newest first, all of it, of one kind, of one actor.
create index audit_entry_by_time on audit_entry (association_id, at desc, id desc);
create index audit_entry_by_kind on audit_entry (association_id, kind, at desc, id desc);
create index audit_entry_by_actor on audit_entry (association_id, actor, at desc, id desc);

-- A verification that somebody at the console set off. It runs in that process; whose beat is old was interrupted.
create table audit_verification (
  id             text primary key,
  association_id text not null references association (id),
  status         text not null check (status in ('running', 'done', 'failed')),
  started_by     text not null,
  started_at     timestamptz not null,
  beat_at        timestamptz not null,
  checked        bigint not null default 0,
  total          bigint not null,
  report         jsonb,                     -- ids, numbers and times (src/audit/verify.ts)
  finished_at    timestamptz,
  check ((status = 'running') = (finished_at is null)),
  check ((status = 'done') = (report is not null))
);
create index audit_verification_by_time on audit_verification (association_id, started_at desc);

-- The last head of a day is printed.
create index audit_head_by_time on audit_head (association_id, sealed_at desc);
