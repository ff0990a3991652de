-- The fairness report counts the legs of a month through the cases of that month.
create index urgent_call_of_time on urgent_call (association_id, opened_at);

-- The month's sheet is asked for at the console, which holds no key of the fax line; a worker makes and sends it.
create table roster_sheet (
  id             text primary key,
  association_id text not null references association (id),
  area_id        text not null references area (id),
  month          text not null check (month ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
  ordered_by     text not null,
  ordered_at     timestamptz not null,
  sent_at        timestamptz,
  -- Machines that it went to, and doctors of the area who have none that is confirmed.
  fax_count      smallint,
  without_fax    smallint,
  check (num_nonnulls(sent_at, fax_count, without_fax) in (0, 3))
);
create index roster_sheet_waiting on roster_sheet (ordered_at) where sent_at is null;
create index roster_sheet_of_area on roster_sheet (area_id, ordered_at desc);
