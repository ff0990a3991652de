-- A record page that failed for good while its urgent call is still open: a person of the hub may have it made again from the key that
-- the case keeps. The console, which has no case key, asks; a worker makes it (src/disclosures/again.ts).
alter table release_page
  add column again_due_at timestamptz,
  add column again_by     text,          -- operator; opaque
  add check (again_due_at is null or (status = 'failed' and again_by is not null));
create index release_page_again on release_page (again_due_at) where again_due_at is not null;
