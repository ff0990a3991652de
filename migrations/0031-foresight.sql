-- What a month's roster would do, as it was last simulated: one answer for each month. It speaks of the roster that `fingerprint`
-- stands for; whoever finds another fingerprint today shows it no more.
create table roster_foresight (
  association_id text not null references association (id),
  month          text not null check (month ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
  -- Of this run: one that was overtaken writes nothing any more.
  run_id         text not null unique,
  base_month     text not null,
  status         text not null check (status in ('running', 'done', 'failed')),
  fingerprint    text not null,
  started_by     text not null,             -- operator; opaque
  started_at     timestamptz not null,
  beat_at        timestamptz not null,
  played         integer not null default 0,
  total          integer not null default 0,
  answer         jsonb,                     -- ids, numbers and dates (src/foresight/figures.ts)
  failure        text check (failure in ('time', 'crash')),
  finished_at    timestamptz,
  primary key (association_id, month),
  check ((status = 'running') = (finished_at is null)),
  check ((status = 'done') = (answer is not null)),
  check ((status = 'failed') = (failure is not null))
);
