-- Settings of an area's hunts that somebody has worked out and that count for nothing yet: one draft for each area.
create table plan_draft (
  area_id        text primary key references area (id),
  own            jsonb not null,
  saved_by       text not null,           -- operator; opaque
  saved_at       timestamptz not null
);
