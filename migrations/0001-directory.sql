-- The directory: who belongs to an association and how each is reached.
-- Why first: every call is routed by these rows. Patients appear here with what routing needs and nothing else
-- (product.md, "The card and the sealed record": names, birth dates, addresses and phones stay sealed).

create table association (
  id            text primary key,
  code          text not null unique,
  name          text not null,
  spoken_name   text not null,
  caller_number text not null check (caller_number ~ '^\+[1-9][0-9]{6,14}$'),
  -- The hub's own desk, rung for key 0 while it is open; by night the standby person.
  hub_phone     text check (hub_phone ~ '^\+[1-9][0-9]{6,14}$'),
  hub_opens     smallint not null default 540 check (hub_opens between 0 and 1440),  -- minutes after midnight, local
  hub_closes    smallint not null default 1020 check (hub_closes between 0 and 1440),
  created_at    timestamptz not null
);

-- The number dialled chooses the association.
create table dialled_number (
  e164           text primary key check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  association_id text not null references association (id)
);

create table area (
  id             text primary key,
  association_id text not null references association (id),
  code           text not null,
  key            smallint not null check (key between 1 and 9),
  name           text not null,
  spoken_name    text not null,
  -- Overrides of the default escalation plan (config/plans.json); read at each step, so editable without a deploy.
  plan           jsonb not null default '{}',
  unique (association_id, code),
  unique (association_id, key) deferrable -- two areas may exchange their keys in one import
);

create table facility (
  id             text primary key,
  association_id text not null references association (id),
  code           text not null,
  kind           text not null check (kind in
    ('clinic', 'hospital', 'pharmacy', 'nursing_station', 'care_manager_office', 'care_plaza', 'hub')),
  name           text not null,
  spoken_name    text not null,
  area_id        text references area (id),
  phone          text check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  fax            text check (fax ~ '^\+[1-9][0-9]{6,14}$'),
  is_active      boolean not null default true,
  unique (association_id, code)
);

create table doctor (
  id             text primary key,
  association_id text not null references association (id),
  code           text not null check (code ~ '^[0-9]{6}$'), -- member code, last digit a check digit
  name           text not null,
  spoken_name    text not null,
  area_id        text not null references area (id),
  facility_id    text references facility (id),
  is_active      boolean not null default true,
  unique (association_id, code)
);
create index doctor_by_area on doctor (area_id);

create table hospital (
  id             text primary key,
  association_id text not null references association (id),
  code           text not null check (code ~ '^[0-9]{3,6}$'), -- keyed by phone
  name           text not null,
  spoken_name    text not null,
  pin_hash       text not null,                               -- lib/secret.ts
  takes_by_day   boolean not null default false,              -- 一時入院
  -- Night window of the desk in minutes after midnight, local; night_to may exceed 1440 (next morning).
  night_from     smallint not null default 1020 check (night_from between 0 and 1440),
  night_to       smallint not null default 1980 check (night_to between 0 and 2880),
  accepts_needs  text[] not null default '{}',                -- what patients may need and still be taken
  is_active      boolean not null default true,
  unique (association_id, code)
);

create table hospital_bed_type (
  hospital_id text not null references hospital (id),
  bed_type    text not null check (bed_type in
    ('general', 'community_care', 'long_term', 'palliative', 'icu', 'infection', 'respite')),
  staffed     smallint not null check (staffed >= 0),         -- beds with staff, the most that can be free
  primary key (hospital_id, bed_type)
);

-- People of the hub who are rung when no doctor and no hospital said yes, and for key 0 by night.
create table standby_person (
  id             text primary key,
  association_id text not null references association (id),
  code           text not null,
  position       smallint not null check (position >= 1),
  name           text not null,
  spoken_name    text not null,
  is_active      boolean not null default true,
  unique (association_id, code)
);

-- Every phone that Kamome may ring, in the order its owner wants. A clinic's land line may stand under two doctors.
create table phone (
  id          text primary key,
  doctor_id   text references doctor (id),
  hospital_id text references hospital (id),
  standby_id  text references standby_person (id),
  position    smallint not null check (position between 1 and 9),
  e164        text not null check (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  kind        text not null check (kind in ('mobile', 'landline', 'clinic', 'desk')),
  is_active   boolean not null default true,
  check (num_nonnulls(doctor_id, hospital_id, standby_id) = 1)
);
-- Only active phones hold a place in the order: an import retires or reorders phones without changing their ids.
create unique index phone_of_doctor on phone (doctor_id, position) where doctor_id is not null and is_active;
create unique index phone_of_hospital on phone (hospital_id, position) where hospital_id is not null and is_active;
create unique index phone_of_standby on phone (standby_id, position) where standby_id is not null and is_active;

create table patient (
  id             text primary key,          -- opaque; all that the night gateway ever knows
  association_id text not null references association (id),
  code           text not null,             -- the hub's own running number, not a medical one
  area_id        text not null references area (id),
  attending_id   text references doctor (id),
  deputy_ids     text[] not null default '{}',   -- in the order they are rung
  hospital_id    text references hospital (id),  -- registered receiving hospital
  needs          text[] not null default '{}',   -- ventilator, isolation, dialysis, ...
  bed_type       text not null default 'general',
  is_active      boolean not null default true,
  unique (association_id, code)
);

-- The number itself is stored nowhere: lookup_index comes out of scrypt over number and pepper (lib/card.ts).
create table card (
  id           text primary key,
  patient_id   text not null references patient (id),
  lookup_index bytea not null unique check (octet_length(lookup_index) = 32),
  status       text not null check (status in ('active', 'revoked')),
  issued_at    timestamptz not null
);
create unique index card_active_of_patient on card (patient_id) where status = 'active';
