-- The roster as people of the hub work on it: who is away, who swaps with whom, the roll-call of the evening, calendars for others.

-- Service dates on which a doctor is away: his duties of those dates are nobody's until somebody else is put in.
create table doctor_absence (
  id             text primary key,
  association_id text not null references association (id),
  doctor_id      text not null references doctor (id),
  from_date      date not null,
  until_date     date not null,            -- included
  noted_by       text not null,
  noted_at       timestamptz not null,
  check (until_date >= from_date)
);
create index doctor_absence_of_doctor on doctor_absence (doctor_id, until_date);
create index doctor_absence_of_association on doctor_absence (association_id, until_date);
