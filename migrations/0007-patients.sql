-- How a patient's record stands, and by what the hub finds a patient.
-- Why tokens: names, birth dates and phones are sealed. Each way of looking for a patient is a keyed hash (src/patients/search-tokens.ts),
-- whose key the gateway does not hold.

create table record_life (
  patient_id     text primary key references patient (id),
  association_id text not null references association (id),
  status         text not null check (status in ('draft', 'awaiting_second_reading', 'active', 'suspended', 'closed')),
  version        integer not null check (version >= 1),                           -- the newest
  open_version   integer not null check (open_version between 1 and version),     -- the one that the card opens
  is_complete    boolean not null,
  confirmed_at   timestamptz,
  typed_by       text not null,                                                   -- operator; opaque
  to_check       text[] not null default '{}'
    check (to_check <@ array['name', 'birth', 'allergy', 'dnar', 'phone']),
  reason         text,
  resumes_as     text check (resumes_as in ('draft', 'awaiting_second_reading', 'active')),
  changed_at     timestamptz not null,
  check (status <> 'active' or (confirmed_at is not null and to_check = '{}')),
  check (status <> 'awaiting_second_reading' or to_check <> '{}'),
  check ((status in ('suspended', 'closed')) = (reason is not null)),
  check ((status = 'suspended') = (resumes_as is not null))
);
-- The hub's list of whom to ask for news, oldest first.
create index record_life_by_age on record_life (association_id, confirmed_at) where status = 'active';

create table search_token (
  association_id text not null references association (id),
  kind           text not null check (kind in ('kana', 'loose_kana', 'birth', 'phone', 'phone_end')),
  token          bytea not null check (octet_length(token) = 16),
  patient_id     text not null references patient (id),
  primary key (association_id, kind, token, patient_id)
);
create index search_token_of_patient on search_token (patient_id);
create index patient_by_area on patient (area_id);
