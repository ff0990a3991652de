-- Who was given which record, why and to where; and what leads there: a doctor's PIN, his request, the serials of his forms.
-- Why apart from urgent calls: a record may be asked for without one, and help must stay open while releases are locked.

create table doctor_pin (
  doctor_id text primary key references doctor (id),
  pin_hash  text not null,               -- lib/secret.ts
  issued_at timestamptz not null
);

-- What an association has decided. Without a row a copy of the card alone releases nothing.
create table release_policy (
  association_id text primary key references association (id),
  card_copy      text not null check (card_copy in ('off', 'pseudonymous'))
);

-- One doctor asking for one record (disclosures/request.ts tells its life).
create table record_request (
  id             text primary key,
  association_id text not null references association (id),
  channel        text not null check (channel in ('phone', 'form', 'card_copy')),
  status         text not null check (status in
    ('opened', 'identified', 'card_keyed', 'checking', 'confirmed', 'reasoned', 'calling_back', 'authorised', 'released',
     'locked', 'refused', 'abandoned')),
  state          jsonb not null,
  call_sid       text,
  -- The page that came in (opaque id): it is acted on once.
  received       text unique,
  -- The data key and the card number, sealed for transit under the case key; only between the card and the release.
  sealed_key     bytea,
  opened_at      timestamptz not null,
  -- Over by then, whatever happens; null once it is.
  expires_at     timestamptz,
  check (sealed_key is null
    or status in ('card_keyed', 'checking', 'confirmed', 'reasoned', 'calling_back', 'authorised')),
  check ((expires_at is null) = (status in ('released', 'locked', 'refused', 'abandoned'))),
  check ((channel = 'phone') = (call_sid is not null)),
  check (channel = 'phone' or received is not null)
);
create index record_request_of_call on record_request (call_sid) where expires_at is not null;
create index record_request_expiring on record_request (expires_at) where expires_at is not null;

-- One release of a record to one registered destination, written before anything leaves. Never changed, never deleted.
create table disclosure (
  id             text primary key,
  association_id text not null references association (id),
  -- Never two releases for one request.
  request_id     text unique references record_request (id),
  case_id        text references urgent_call (id),
  patient_id     text not null references patient (id),
  card_id        text references card (id),
  version        integer not null check (version >= 1),
  doctor_id      text references doctor (id),
  hospital_id    text references hospital (id),
  relation       text not null check (relation in ('attending', 'deputy', 'duty', 'receiving', 'none')),
  is_break_glass boolean not null,
  reason         text not null check (reason in
    ('visit', 'end_of_life', 'telephone_advice', 'emergency_visit', 'transfer', 'other')),
  consent        text not null check (consent in ('patient', 'family', 'impossible', 'not_asked')),
  form           text not null check (form in ('full', 'pseudonymous', 'sealed', 'spoken')),
  destination_id text, -- fax_destination
  phone_id       text references phone (id),
  disclosed_at   timestamptz not null,
  check (num_nonnulls(request_id, case_id) = 1),
  check (num_nonnulls(doctor_id, hospital_id) = 1),
  check ((form = 'spoken') = (phone_id is not null)),
  check ((form = 'spoken') = (destination_id is null)),
  check (relation <> 'none' or is_break_glass)
);
-- One page for each who takes part in a case.
create unique index disclosure_of_case on disclosure (case_id, coalesce(doctor_id, hospital_id)) where case_id is not null;
create index disclosure_of_patient on disclosure (patient_id, disclosed_at);
create index disclosure_of_doctor on disclosure (doctor_id, disclosed_at) where doctor_id is not null;

create trigger disclosure_append_only before update or delete or truncate on disclosure
  for each statement execute function refuse_change();

-- A page to be rendered and handed to the fax line, or, for a spoken release, the key while it is being read out.
create table release_page (
  id             text primary key,
  association_id text not null references association (id),
  kind           text not null check (kind in ('record', 'notice', 'refusal')),
  disclosure_id  text references disclosure (id),
  request_id     text references record_request (id),
  refusal        text,                   -- why, for kind refusal
  destination_id text,                   -- null: spoken
  -- Something about it is odd (unknown sender, used serial): the page says so at the member's own machine.
  is_alarmed     boolean not null default false,
  sealed_key     bytea,                  -- sealed for transit under this id; destroyed when rendered
  -- What opens a sealed page, for the doctor to hear; destroyed some minutes after the release.
  sealed_secret  bytea,
  secret_until   timestamptz,
  status         text not null check (status in ('pending', 'queued', 'delivered', 'failed', 'spoken', 'dropped')),
  fax_id         text unique,
  attempts       smallint not null default 0,
  due_at         timestamptz,
  created_at     timestamptz not null,
  check (sealed_key is null or status = 'pending'),
  check ((sealed_secret is null) = (secret_until is null)),
  check ((kind = 'refusal') = (refusal is not null)),
  check (kind = 'refusal' or disclosure_id is not null),
  check (status <> 'pending' or due_at is not null)
);
create unique index release_page_of_disclosure on release_page (disclosure_id, kind) where disclosure_id is not null;
create index release_page_due on release_page (due_at) where status = 'pending';
create index release_page_secret on release_page (secret_until) where secret_until is not null;

-- The attending doctor is told of every release to somebody else: on the next morning's page, and by fax if he has one.
create table attending_notice (
  disclosure_id text primary key references disclosure (id),
  doctor_id     text not null references doctor (id),
  created_at    timestamptz not null,
  printed_at    timestamptz
);
create index attending_notice_waiting on attending_notice (doctor_id, created_at) where printed_at is null;

-- One-time serials of printed request forms: a number of the doctor's own and eight random digits, kept as a slow hash.
create table request_serial (
  id          text primary key,
  doctor_id   text not null references doctor (id),
  number      integer not null check (number between 1 and 99999),
  secret_hash text not null,             -- lib/secret.ts
  issued_at   timestamptz not null,
  used_at     timestamptz,
  request_id  text references record_request (id),
  unique (doctor_id, number)
);

-- A paper request that a person of the hub must look at: nothing was released.
create table request_inbox (
  request_id text primary key references record_request (id),
  reason     text not null,
  received   text,                       -- the received page (opaque id)
  created_at timestamptz not null,
  settled_at timestamptz
);
create index request_inbox_open on request_inbox (created_at) where settled_at is null;

-- Kamome rings a doctor's registered telephone: to read a record out, or to say that a page did not arrive. The same life as
-- a leg's (escalations), without a case: `performing` is written before the carrier is asked, once.
create table doctor_callback (
  id             text primary key,
  association_id text not null references association (id),
  purpose        text not null check (purpose in ('spoken', 'not_delivered')),
  request_id     text references record_request (id),
  page_id        text references release_page (id),
  doctor_id      text not null references doctor (id),
  phone_id       text not null references phone (id),
  e164           text not null,
  status         text not null check (status in ('pending', 'performing', 'placed', 'unknown', 'answered', 'ended')),
  outcome        text,
  attempts       smallint not null default 0,
  call_sid       text unique,
  due_at         timestamptz,
  attempted_at   timestamptz,
  created_at     timestamptz not null,
  check ((status = 'ended') = (outcome is not null)),
  check ((status = 'ended') = (due_at is null)),
  check ((purpose = 'spoken') = (request_id is not null)),
  check ((purpose = 'not_delivered') = (page_id is not null))
);
create index doctor_callback_due on doctor_callback (due_at) where due_at is not null;
-- Never two calls of this kind to one telephone at once.
create unique index doctor_callback_live_phone on doctor_callback (e164)
  where status in ('performing', 'placed', 'unknown', 'answered');
