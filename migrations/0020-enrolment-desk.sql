-- The enrolment desk at the console: who has a page in hand, what he has typed so far, patients without a fax, and request forms
-- that a person typed for the side that holds the pepper.
-- Why a claim with an end: a clerk who goes home with a form open must not keep it from the others. All additions; a process of
-- the version before goes on beside it.

alter table inbox_item
  add claimed_by    text,                     -- op_…
  add claimed_name  text,                     -- as the others are told who has it
  add claimed_until timestamptz,
  add check ((claimed_by is null) = (claimed_until is null)),
  add check ((claimed_by is null) = (claimed_name is null)),
  -- An enrolment that came without a fax: on the telephone, by post, at the counter.
  alter received_fax_id drop not null,
  drop constraint inbox_item_kind_check,
  add constraint inbox_item_kind_check check (kind in
    ('enrolment', 'request', 'card_copy', 'beds', 'roster', 'other', 'refused_file', 'lost', 'by_hand')),
  add check ((received_fax_id is null) = (kind = 'by_hand'));

-- What was typed so far, or a person's note, sealed to the hub whole. Goes when a patient was enrolled from it.
create table inbox_draft (
  item_id    text primary key references inbox_item (id),
  hub_key_id text not null,
  sealed     bytea not null,
  saved_at   timestamptz not null
);

create or replace function forget_pages_of_patient() returns trigger language plpgsql as $$
begin
  update inbox_item
  set hub_wrap = null, hub_key_id = null, sealed_page = null, sealed_fields = null
  where patient_id = new.id;
  delete from inbox_draft
  using inbox_item
  where inbox_item.id = item_id and inbox_item.patient_id = new.id;
  return null;
end
$$;

-- To whom the console may seal what only gateway and worker may read: they publish their key when they start.
create table night_key (
  id           text primary key,
  public_key   bytea not null check (length(public_key) = 32), -- X25519
  published_at timestamptz not null
);

-- A request form whose handwriting a person typed; a worker asks with it. `sealed` goes when that is done.
create table typed_request (
  id             text primary key,            -- pg_…: under which the asking counts as one, however often it is tried
  item_id        text not null references inbox_item (id),
  association_id text not null references association (id),
  sealed         bytea,
  typed_by       text not null,
  typed_at       timestamptz not null,
  outcome        text check (outcome in ('released', 'refused', 'inbox', 'not_waiting', 'unreadable')),
  reason         text,
  done_at        timestamptz,
  check ((outcome is null) = (done_at is null)),
  check ((outcome is null) = (sealed is not null))
);
create unique index typed_request_due on typed_request (item_id) where outcome is null;
create index typed_request_of_item on typed_request (item_id, typed_at);
