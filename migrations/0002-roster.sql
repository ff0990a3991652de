-- Who is on duty when: doctors per area, hospitals by rotation (輪番), the hub's standby persons.
-- Why rules and not shifts: the associations write weekly patterns with exceptions, and a row per night would have to be
-- generated for ever. A rule's night belongs to the date on which it begins (roster/roster.ts).

create table duty_rule (
  id             text primary key,
  association_id text not null references association (id),
  kind           text not null check (kind in ('doctor', 'hospital', 'standby')),
  area_id        text references area (id),
  doctor_id      text references doctor (id),
  hospital_id    text references hospital (id),
  standby_id     text references standby_person (id),
  position       smallint not null check (position between 1 and 9),
  -- Either one date, or days of the week and named days within a span of service dates.
  on_date        date,
  days           text[] check (
    cardinality(days) >= 1
    and days <@ array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday', 'yearend', 'obon']
  ),
  valid_from     date,
  valid_until    date,
  -- Minutes after local midnight of the service date; 25:00 is 1500.
  from_minute    smallint not null check (from_minute between 0 and 2879),
  to_minute      smallint not null check (to_minute <= 2880),
  check (to_minute > from_minute and to_minute - from_minute <= 1440),
  check (num_nonnulls(on_date, days) = 1),
  check (on_date is null or num_nonnulls(valid_from, valid_until) = 0),
  check (valid_until >= valid_from),
  check (num_nonnulls(doctor_id, hospital_id, standby_id) = 1),
  check ((kind = 'doctor') = (doctor_id is not null and area_id is not null)),
  check ((kind = 'hospital') = (hospital_id is not null)),
  check ((kind = 'standby') = (standby_id is not null)),
  check (kind = 'doctor' or area_id is null)
);

create index duty_rule_of_area on duty_rule (area_id) where kind = 'doctor';
create index duty_rule_of_association on duty_rule (association_id, kind);
