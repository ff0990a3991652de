-- What stands on the other host for the hour when nothing of ours answers: one document for each association that can be dialled.
-- Why a row and not a file: any worker may look after it, one at a time, and what was last published is known after a restart.

create table fallback_document (
  association_id text primary key references association (id),
  looked_at      timestamptz not null,
  digest         text,                   -- of what was last published and read back
  published_at   timestamptz,
  failing_id     text,                   -- subject of the alarm while publishing fails
  drill_due_at   timestamptz not null    -- by then somebody must have rung through it
);

alter table alarm drop constraint alarm_kind_check;
alter table alarm add constraint alarm_kind_check
  check (kind in ('recipient_not_told', 'break_glass', 'fallback_not_published', 'drill_due'));
