-- What the desks of the console look at and ask for: the history of bed news, patterns, lists by key, errands for the worker.
-- Why errands: the console holds neither the case key nor a fax line. What needs either is written down here in the transaction of
-- the person's decision, and a worker carries it out.

-- Every word about beds that ever counted, so that "how often was it true" can be told afterwards. Written with the offer.
create table bed_offer_history (
  id          bigint generated always as identity primary key,
  hospital_id text not null references hospital (id),
  bed_type    text not null,
  free_count  smallint check (free_count >= 0),
  acceptance  text not null check (acceptance in ('open', 'consult', 'closed')),
  as_of       timestamptz not null,
  holds_until timestamptz,
  source      text not null check (source in ('phone', 'answer', 'form', 'web', 'admission')),
  -- From when on this was what we knew: the hospital's own instant, or that of the admission which took a bed.
  known_from  timestamptz not null
);
create index bed_offer_history_of_bed on bed_offer_history (hospital_id, bed_type, known_from desc, id desc);
create trigger bed_offer_history_append_only before update or delete or truncate on bed_offer_history
  for each statement execute function refuse_change();
insert into bed_offer_history (hospital_id, bed_type, free_count, acceptance, as_of, holds_until, source, known_from)
select hospital_id, bed_type, free_count, acceptance, as_of, holds_until, source, as_of
from bed_offer;

-- What a hospital can usually do by weekday and time band. Shown as usual, never counted as free.
create table bed_pattern (
  hospital_id text not null references hospital (id),
  place       smallint not null check (place >= 1),
  bed_type    text not null,
  days        text[] not null check (
    cardinality(days) >= 1
    and days <@ array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday']
  ),
  -- Minutes after local midnight; 25:00 is 1500.
  from_minute smallint not null check (from_minute between 0 and 1439),
  to_minute   smallint not null check (to_minute <= 2880),
  acceptance  text not null check (acceptance in ('open', 'consult', 'closed')),
  primary key (hospital_id, place),
  check (to_minute > from_minute and to_minute - from_minute <= 1440)
);

-- What came of a case, for the list. Null while it is open, so that no event of a call pays for taking the state apart.
alter table urgent_call add column outcome text
  generated always as (case when status = 'closed' then state ->> 'outcome' end) stored;
create index urgent_call_closed on urgent_call (association_id, opened_at desc, id desc) where status = 'closed';

create index fax_by_time on fax (association_id, queued_at desc, id desc);
create index fax_failed_by_time on fax (association_id, queued_at desc, id desc) where status = 'failed';
create index fax_under_way on fax (association_id, queued_at desc, id desc) where due_at is not null;
create index received_fax_by_time on received_fax (association_id, received_at desc, id desc);
create index fax_destination_of_association on fax_destination (association_id) where status <> 'retired';
create index incident_of_association on incident (association_id, opened_at desc);

-- Whose complaint it was: a frozen number that nobody has registered is shown to that association.
alter table frozen_fax_number add column association_id text references association (id);

create table fax_errand (
  id             text primary key,
  association_id text not null references association (id),
  -- test_destination: a test page with a new code; stop_fax: the provider is asked to stop what is not wanted any more.
  kind           text not null check (kind in ('test_destination', 'stop_fax')),
  subject_id     text not null, -- fax_destination or fax
  asked_by       text not null,
  asked_at       timestamptz not null,
  due_at         timestamptz,
  attempts       smallint not null default 0,
  outcome        text,
  check ((due_at is null) = (outcome is not null))
);
create index fax_errand_due on fax_errand (due_at) where due_at is not null;
-- Pressed twice is once.
create unique index fax_errand_waiting on fax_errand (kind, subject_id) where due_at is not null;
