-- Pages out and in: where a record may go, every page sent with what became of it, every page received.
-- Why destinations are rows with a life: no number from a form, a caller or a header is ever dialled with a record (rule 4).

-- The association's own fax numbers: the one dialled chooses the association; the first is what our pages go out from.
create table inbound_fax_number (
  e164           text primary key check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  association_id text not null references association (id)
);
create index inbound_fax_number_of_association on inbound_fax_number (association_id);

create table fax_destination (
  id              text primary key,
  association_id  text not null references association (id),
  doctor_id       text references doctor (id),
  hospital_id     text references hospital (id),
  facility_id     text references facility (id),
  position        smallint not null check (position between 1 and 3),  -- the key that chooses it
  e164            text not null check (e164 ~ '^\+[1-9][0-9]{6,14}$'), -- never changed: another number is another row
  form            text not null check (form in ('full', 'pseudonymous', 'sealed')),
  status          text not null check (status in ('registered', 'testing', 'confirmed', 'frozen', 'retired')),
  -- The code of the test page under way, as a keyed hash; wrong tries are counted and end it.
  code_hash       bytea,
  code_expires_at timestamptz,
  code_failures   smallint not null default 0,
  confirmed_at    timestamptz,
  -- A year after the confirmation; past it no record goes here until it is confirmed again.
  confirm_due_at  timestamptz,
  registered_at   timestamptz not null,
  check (num_nonnulls(doctor_id, hospital_id, facility_id) = 1),
  check ((code_hash is null) = (code_expires_at is null)),
  check (status <> 'confirmed' or (confirmed_at is not null and confirm_due_at is not null)),
  check (status <> 'testing' or code_hash is not null)
);
create unique index fax_destination_of_doctor on fax_destination (doctor_id, position)
  where doctor_id is not null and status <> 'retired';
create unique index fax_destination_of_hospital on fax_destination (hospital_id, position)
  where hospital_id is not null and status <> 'retired';
create unique index fax_destination_of_facility on fax_destination (facility_id, position)
  where facility_id is not null and status <> 'retired';
create index fax_destination_by_number on fax_destination (e164);
create index fax_destination_due on fax_destination (confirm_due_at) where status = 'confirmed';

-- A leak, or the suspicion of one: 個人情報保護法 26条, preliminary report within 3-5 days, final within 30.
create table incident (
  id                 text primary key,
  association_id     text not null references association (id),
  kind               text not null check (kind in ('misdirected_fax')),
  reason             text not null check (reason in ('complaint', 'wrong_number', 'returned_page', 'operator')),
  opened_at          timestamptz not null,
  preliminary_due_at timestamptz not null,
  final_due_at       timestamptz not null,
  preliminary_at     timestamptz,
  closed_at          timestamptz,
  check (preliminary_due_at > opened_at and final_due_at > preliminary_due_at)
);
create index incident_open on incident (preliminary_due_at) where closed_at is null;

-- A number with a complaint: for every association and owner at once, whatever the state of its rows.
create table frozen_fax_number (
  e164      text primary key check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  frozen_at timestamptz not null
);

create table fax (
  id              text primary key,
  association_id  text not null references association (id),
  destination_id  text not null references fax_destination (id),       -- the number is read from it when it is dialled
  purpose         text not null check (purpose in ('record', 'morning', 'refusal', 'form', 'test')),
  subject_id      text,                                                 -- disclosure, urgent call …: opaque
  status          text not null check (status in
    ('queued', 'dialing', 'unknown', 'sending', 'delivered', 'failed', 'cancelled')),
  attempt         smallint not null default 0,
  provider_fax_id text,
  attempted_at    timestamptz,
  due_at          timestamptz,
  retries         jsonb not null default '{}',
  searches        smallint not null default 0,
  pages           smallint not null check (pages between 1 and 100),
  pages_done      smallint not null default 0,
  is_resend       boolean not null default false,
  is_unwanted     boolean not null default false,
  failure         jsonb,
  -- Sealed for transit under the case key; destroyed when the fax is over.
  document        bytea,
  queued_at       timestamptz not null,
  settled_at      timestamptz,
  check (pages_done <= pages),
  check ((status in ('delivered', 'failed', 'cancelled')) = (due_at is null)),
  check ((due_at is null) = (document is null)),
  check ((due_at is null) = (settled_at is not null))
);
create index fax_due on fax (due_at) where due_at is not null;
create index fax_of_destination on fax (destination_id) where due_at is not null;
create index fax_of_subject on fax (subject_id) where subject_id is not null;

-- Which attempt a provider's id belongs to: a late report may speak of an earlier one.
create table fax_attempt (
  fax_id          text not null references fax (id),
  attempt         smallint not null,
  provider        text not null check (provider in ('interfax', 'telnyx', 'hylafax')),
  provider_fax_id text not null,
  accepted_at     timestamptz not null,
  primary key (fax_id, attempt)
);
-- Not unique: HylaFAX counts its jobs to 32000 and begins again; the newest is meant.
create index fax_attempt_at_provider on fax_attempt (provider, provider_fax_id, accepted_at);

-- News of a provider, claimed once. What is not understood is kept, sealed, for a person to look at.
create table fax_notice (
  dedupe_key  text primary key,
  provider    text not null,
  kind        text not null,
  raw         bytea,
  received_at timestamptz not null
);
create index fax_notice_by_age on fax_notice using brin (received_at);

create table received_fax (
  id                 text primary key,
  association_id     text not null references association (id),
  provider           text not null check (provider in ('interfax', 'telnyx', 'hylafax')),
  provider_fax_id    text not null,
  to_e164            text not null,
  from_number        text,
  claimed_station_id text,
  pages              smallint,
  is_partial         boolean not null,
  -- announced: to be fetched; fetched: safe with us; handled: handed on; failed: cannot be had.
  status             text not null check (status in ('announced', 'fetched', 'handled', 'failed')),
  media              bytea not null,   -- where it lies, sealed: an address may carry a credential
  content            bytea,            -- sealed for transit
  attempts           smallint not null default 0,
  due_at             timestamptz,
  failure            text,
  received_at        timestamptz not null,
  fetched_at         timestamptz,
  remote_deleted_at  timestamptz,
  unique (provider, provider_fax_id),
  check (status <> 'fetched' or content is not null),
  check (status <> 'failed' or failure is not null)
);
create index received_fax_due on received_fax (due_at) where due_at is not null;

-- The pace of asking a provider for news, shared by all workers (InterFAX: at most 6 a minute).
create table fax_poll (
  provider  text primary key,
  polled_at timestamptz not null
);
