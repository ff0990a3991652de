-- The vault: sealed versions of records, the wraps of their data keys, and the life of a card before it is somebody's.
-- Why content and wraps stand apart: a version may never change, but its wraps must (a lost card, a new key) and must be
-- destroyed when the patient is closed, after which nobody can read the version again.

-- A card is drawn before it has an owner: pending (neighbours not yet tried) → ready → active (handed out) → revoked.
alter table card
  alter column patient_id drop not null,
  drop constraint card_status_check,
  add constraint card_status_check check (status in ('pending', 'ready', 'active', 'revoked')),
  add constraint card_owner_check check ((status in ('active', 'revoked')) = (patient_id is not null)),
  -- Which pepper lookup_index was made with; null for cards of the lists, until they are adopted.
  add column pepper_id text,
  -- While the pepper is being replaced a card is found by either.
  add column next_lookup_index bytea unique check (octet_length(next_lookup_index) = 32),
  add column next_pepper_id text,
  add constraint card_next_check check ((next_lookup_index is null) = (next_pepper_id is null)),
  -- Number and card keys, sealed to the hub (CMS).
  add column hub_copy bytea,
  add column hub_key_id text,
  add constraint card_copy_check check ((hub_copy is null) = (hub_key_id is null)),
  -- The number under the case key, only until its neighbours were tried.
  add column number_in_transit bytea,
  add constraint card_transit_check check ((status = 'pending') = (number_in_transit is not null));
create index card_in_stock on card (status) where status in ('pending', 'ready');
create index card_of_patient on card (patient_id);

-- When the wraps of this patient's records were destroyed: nothing is sealed for him any more.
alter table patient add column shredded_at timestamptz;

create table record_version (
  id             text primary key,
  association_id text not null references association (id),
  patient_id     text not null references patient (id),
  version        integer not null check (version >= 1),
  nonce          bytea not null check (octet_length(nonce) = 12),
  ciphertext     bytea not null check (octet_length(ciphertext) >= 16), -- the tag at its end
  sealed_at      timestamptz not null,
  unique (patient_id, version)
);
create trigger record_version_append_only before update or delete or truncate on record_version
  for each statement execute function refuse_change();

create table record_hub_wrap (
  version_id text primary key references record_version (id),
  hub_key_id text not null, -- which hub key opens it (vault/hub.ts)
  wrap       bytea not null
);
create index record_hub_wrap_by_key on record_hub_wrap (hub_key_id);

create table record_card_wrap (
  version_id text not null references record_version (id),
  card_id    text not null references card (id),
  pepper_id  text not null,
  wrap       bytea not null check (octet_length(wrap) = 60),
  primary key (version_id, card_id, pepper_id)
);
create index record_card_wrap_of_card on record_card_wrap (card_id);

-- A card that is revoked opens nothing any more, whichever code revokes it (the lists do, too).
create function forget_card_wraps() returns trigger language plpgsql as $$
begin
  delete from record_card_wrap where card_id = new.id;
  return null;
end $$;
create trigger card_forgets_wraps after update of status on card
  for each row when (new.status = 'revoked') execute function forget_card_wraps();

-- The version that a card opens: a new one may be waiting for its second reading.
create table record_current (
  patient_id text primary key,
  version    integer not null,
  status     text not null check (status in ('active', 'suspended')),
  since      timestamptz not null,
  foreign key (patient_id, version) references record_version (patient_id, version)
);

-- One data key, sealed under the case key, while an urgent call is open.
create table case_key_wrap (
  case_id    text primary key references urgent_call (id),
  version_id text not null references record_version (id),
  wrap       bytea not null,
  kept_at    timestamptz not null
);
create index case_key_wrap_of_version on case_key_wrap (version_id);

-- The key dies with the case, whichever code closes it.
create function forget_case_key() returns trigger language plpgsql as $$
begin
  delete from case_key_wrap where case_id = new.id;
  return null;
end $$;
create trigger urgent_call_forgets_key after update of status on urgent_call
  for each row when (new.status = 'closed' and old.status <> 'closed') execute function forget_case_key();
