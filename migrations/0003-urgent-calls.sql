-- The urgent call: its row, its telephones, what it asks of hospitals, and the effects still to be carried out.
-- Why the constraints stand here and not only in code: two processes may decide at the same instant.

-- The telephone a caller rang from. Kept apart so that the number is in no state, log or job; null when withheld.
create table caller_line (
  id             text primary key,
  association_id text not null references association (id),
  e164           text check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  created_at     timestamptz not null
);

create table urgent_call (
  id             text primary key,
  association_id text not null references association (id),
  kind           text not null check (kind in ('patient', 'area', 'person')),
  patient_id     text references patient (id),
  area_id        text references area (id),
  caller_line_id text not null references caller_line (id),
  status         text not null check (status in
    ('hunting', 'seeking_bed', 'calling_standby', 'unanswered', 'accepted', 'closed')),
  -- The whole state (escalations/urgent-call.ts); the columns beside it are what SQL must see.
  state          jsonb not null,
  -- The one acceptance. Decided here: an update from null, never by asking the carrier.
  accepted_by    text,
  fence          integer not null default 0,
  conference_sid text,
  opened_at      timestamptz not null,
  due_at         timestamptz,
  audit_seq      integer not null,
  audit_hash     bytea not null,
  check ((kind = 'patient') = (patient_id is not null)),
  check (kind = 'person' or area_id is not null),
  check (status <> 'accepted' or accepted_by is not null),
  check (status <> 'closed' or due_at is null)
);
create index urgent_call_due on urgent_call (due_at) where due_at is not null;
create index urgent_call_open on urgent_call (association_id, opened_at) where status <> 'closed';
-- A second call about the same patient joins the case that is already open.
create unique index urgent_call_open_of_patient on urgent_call (patient_id)
  where status <> 'closed' and patient_id is not null;
create index urgent_call_of_line on urgent_call (caller_line_id);

-- One phone rung once. `is_live`: from the moment the attempt is written down until the line
-- is known to be down.
create table leg (
  id           text primary key,
  case_id      text not null references urgent_call (id) deferrable initially deferred,
  role         text not null check (role in ('doctor', 'hospital', 'standby', 'caller', 'outcome')),
  subject_id   text not null,
  phone_id     text not null,
  e164         text not null,
  request_id   text,
  status       text not null,
  outcome      text,
  call_sid     text,
  is_live      boolean not null,
  requested_at timestamptz not null,
  ended_at     timestamptz,
  -- A leg may have ended for its case while the line is still up; a line that is down has ended.
  check (is_live or status = 'ended')
);
-- Never two live legs to one phone, whoever decides, in whatever process.
create unique index leg_live_phone on leg (e164) where is_live;
create unique index leg_of_call on leg (call_sid) where call_sid is not null;
create index leg_of_case on leg (case_id);

-- A doctor being rung or in a case is reserved: a second case goes to the next one.
create table doctor_lease (
  doctor_id text primary key references doctor (id),
  case_id   text not null references urgent_call (id) deferrable initially deferred,
  leased_at timestamptz not null
);
create index doctor_lease_of_case on doctor_lease (case_id);

-- What must be done outside (outbox). `performing` is written before the provider is called and settled after;
-- a process that dies in between leaves a row that is reconciled, not repeated.
create table effect (
  id           text primary key,
  case_id      text not null references urgent_call (id) deferrable initially deferred,
  leg_id       text,
  kind         text not null check (kind in
    ('place-call', 'cancel-call', 'settle-leg', 'settle-caller', 'move-leg', 'move-caller', 'announce',
     'send-message')),
  what         text,
  priority     smallint not null default 1,
  status       text not null check (status in ('pending', 'performing', 'done', 'dropped')),
  due_at       timestamptz not null,
  attempts     smallint not null default 0,
  attempted_at timestamptz,
  created_at   timestamptz not null
);
create index effect_pending on effect (due_at) where status = 'pending';
create index effect_calls_pending on effect (priority, due_at) where status = 'pending' and kind = 'place-call';
create index effect_performing on effect (attempted_at) where status = 'performing';
create index effect_of_leg on effect (leg_id) where leg_id is not null and kind = 'place-call';

-- The carrier's calls-per-second limit, shared by all workers.
create table carrier_pace (
  carrier text primary key,
  next_at timestamptz not null
);

-- Receipt for every webhook: a repeated one gets the stored reply and changes nothing.
create table receipt (
  key         text primary key,
  reply       text not null,
  received_at timestamptz not null
);
create index receipt_by_age on receipt using brin (received_at);

-- What each hospital last said about its beds. Age is part of the news: stale never counts as free.
create table bed_offer (
  hospital_id text not null references hospital (id),
  bed_type    text not null,
  free_count  smallint not null check (free_count >= 0),
  acceptance  text not null check (acceptance in ('open', 'consult', 'closed')), -- ○ △ ×
  as_of       timestamptz not null,
  -- "Full until morning": closed only until then; afterwards the status is unknown.
  holds_until timestamptz,
  source      text not null check (source in ('phone', 'answer', 'form', 'web')),
  primary key (hospital_id, bed_type)
);

-- One question to one hospital for one case, with every refusal and its reason (年報 様式20の5).
create table bed_request (
  id           text primary key,
  case_id      text not null references urgent_call (id) deferrable initially deferred,
  hospital_id  text not null references hospital (id),
  bed_type     text not null,
  status       text not null check (status in ('asking', 'accepted', 'refused')),
  refusal      text,
  asked_at     timestamptz not null,
  answered_at  timestamptz,
  check ((status = 'refused') = (refusal is not null))
);
create index bed_request_of_case on bed_request (case_id);
create index bed_request_of_hospital on bed_request (hospital_id, asked_at);

-- A bed counted for one question. Held beds are not free; a hold expires, is cancelled, or becomes an admission.
create table bed_hold (
  request_id  text primary key references bed_request (id),
  hospital_id text not null references hospital (id),
  bed_type    text not null,
  -- Counted against a fresh offer; false for a question about stale news, which promises nothing.
  is_counted  boolean not null,
  status      text not null check (status in ('held', 'admitted', 'cancelled', 'expired')),
  expires_at  timestamptz not null,
  settled_at  timestamptz
);
create index bed_hold_of_hospital on bed_hold (hospital_id, bed_type) where status = 'held';

-- A hospital's desk at the telephone, telling its beds. The PIN is in no URL: this row stands for it.
create table desk_session (
  id          text primary key,
  hospital_id text not null references hospital (id),
  call_sid    text not null,
  bed_type    text,
  free_count  smallint,
  acceptance  text,
  opened_at   timestamptz not null,
  confirmed_at timestamptz
);

-- Wrong PINs, counted per desk and per line, so that guessing is slow. Locks the desk's update only; help is never locked.
create table failed_attempt (
  subject      text primary key,
  failures     smallint not null,
  locked_until timestamptz
);

-- The caller's own status callback knows only the carrier's call.
create index urgent_call_of_call on urgent_call ((state -> 'caller' ->> 'callId'))
  where state -> 'caller' ->> 'callId' is not null;
