-- What came in by fax and waits for a person, page by page: the enrolment desk's queue and the hub's inbox.
-- Why apart from received_fax: that row is the line's business and its content dies; a page is read once, sealed to the hub, and
-- lives as long as the person needs it. Nothing here is readable without the hub's private key.

create table inbox_item (
  id              text primary key,
  association_id  text not null references association (id),
  received_fax_id text not null,              -- received_fax; no reference: that row may go before this one
  page_no         smallint not null check (page_no >= 0), -- 0: the file as a whole, which could not be read or had
  kind            text not null check (kind in
    ('enrolment', 'request', 'card_copy', 'beds', 'roster', 'other', 'refused_file', 'lost')),
  -- arrived: sealed, not acted on yet; waiting: a person looks; done: nothing for a person; settled: a person has looked.
  status          text not null check (status in ('arrived', 'waiting', 'done', 'settled')),
  reason          text,                       -- why it waits
  outcome         text,                       -- what became of it, once done or settled
  is_alarmed      boolean not null default false,
  may_hold_my_number boolean not null default false,
  -- Whose confirmed machine the sender's number is; null: nobody's, or withheld. The only place where an answer may go.
  sender_destination_id text,
  -- The data key under the hub's certificate; page and fields under the data key. Fields go when the item is settled, the wrap
  -- when the patient is closed for good.
  hub_wrap        bytea,
  hub_key_id      text,
  sealed_page     bytea,
  sealed_fields   bytea,
  patient_id      text references patient (id),
  settled_by      text,
  settled_at      timestamptz,
  -- The return fax: why, and until when it is still to be made.
  reply_reason    text,
  reply_due_at    timestamptz,
  reply_fax_id    text unique,
  received_at     timestamptz not null,
  unique (received_fax_id, page_no),
  check ((hub_wrap is null) = (hub_key_id is null)),
  check ((status = 'settled') = (settled_at is not null)),
  check ((settled_at is null) = (settled_by is null)),
  check (status in ('arrived', 'waiting') = (outcome is null)),
  check (reply_due_at is null or (reply_reason is not null and sender_destination_id is not null))
);
create index inbox_item_waiting on inbox_item (association_id, received_at) where status = 'waiting';
create index inbox_item_reply on inbox_item (reply_due_at) where reply_due_at is not null;
create index inbox_item_replied on inbox_item (sender_destination_id, received_at) where reply_reason is not null;
create index inbox_item_of_patient on inbox_item (patient_id) where patient_id is not null;

-- A patient is closed for good: the pages that were his must not outlive his records, whoever closes him.
create function forget_pages_of_patient() returns trigger language plpgsql as $$
begin
  update inbox_item
  set hub_wrap = null, hub_key_id = null, sealed_page = null, sealed_fields = null
  where patient_id = new.id;
  return null;
end
$$;
create trigger patient_pages_forgotten after update of shredded_at on patient
  for each row when (new.shredded_at is not null) execute function forget_pages_of_patient();

-- A printed sheet of 応需状況 is good once: a copy of an old one that comes in again must not change what is known tonight.
create table bed_sheet_used (
  hospital_id text not null references hospital (id),
  serial      text not null,
  item_id     text not null references inbox_item (id),
  primary key (hospital_id, serial)
);
