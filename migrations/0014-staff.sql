-- Who works at the console and how each proves who he is; and what one person proposes and another must confirm.
-- Why in the database: a session must be over at once wherever it is revoked, and "two factors" and "two persons" are rules that
-- no program may forget.

create table staff (
  id             text primary key,
  association_id text not null references association (id),
  name           text not null check (length(name) between 1 and 100),
  role           text not null check (role in ('clerk', 'nurse', 'hub_doctor', 'administrator', 'auditor')),
  language       text not null default 'ja' check (language in ('ja', 'en')),
  is_active      boolean not null default true,
  -- The way without a passkey: all three or none, so that no password stands without its second factor.
  sign_in_name   text unique check (sign_in_name = lower(sign_in_name)),
  password_hash  text,
  totp_secret    bytea,                     -- sealed under a key that is not in the database
  totp_last_step bigint,                    -- the newest code used: it and older ones are refused
  oidc_issuer    text,
  oidc_subject   text,
  created_at     timestamptz not null,
  unique (association_id, id),
  unique (oidc_issuer, oidc_subject),
  check (num_nonnulls(sign_in_name, password_hash, totp_secret) in (0, 3)),
  check ((oidc_issuer is null) = (oidc_subject is null))
);

create table staff_passkey (
  id           text primary key,            -- the credential's id, base64url
  staff_id     text not null references staff (id),
  public_key   bytea not null,
  counter      bigint not null check (counter >= 0),
  transports   text[] not null default '{}',
  is_synced    boolean not null,
  label        text not null,
  created_at   timestamptz not null,
  used_at      timestamptz
);
create index staff_passkey_of_staff on staff_passkey (staff_id);

create table staff_recovery_code (
  staff_id  text not null references staff (id),
  code_hash bytea not null,
  used_at   timestamptz,
  primary key (staff_id, code_hash)
);

-- One-time links. The token is stored nowhere; who holds the link enrols as that person until it is used or a day is over.
create table staff_invitation (
  token_hash bytea primary key,
  staff_id   text not null references staff (id),
  invited_by text references staff (id),    -- null: the command line, or the first start
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at   timestamptz                    -- used, or replaced by a newer one
);
create unique index staff_invitation_open on staff_invitation (staff_id) where ended_at is null;

-- Ceremonies under way: deleted when they are used, so that no answer counts twice.
create table staff_challenge (
  handle_hash bytea primary key,
  kind        text not null check (kind in
    ('add_passkey', 'use_passkey', 'prove_passkey', 'set_password', 'oidc', 'oidc_second_factor')),
  staff_id    text references staff (id),
  sealed      bytea not null,
  expires_at  timestamptz not null
);
create index staff_challenge_by_end on staff_challenge (expires_at);

create table staff_session (
  id             text primary key,
  token_hash     bytea not null unique,
  kind           text not null check (kind in ('person', 'screen')),
  association_id text not null,
  staff_id       text not null,             -- of a screen: who put it up
  label          text not null,             -- browser and system, or the name of the screen
  method         text not null check (method in ('passkey', 'password', 'oidc', 'invitation', 'person')),
  signed_in_at   timestamptz not null,
  proved_at      timestamptz not null,      -- when this person last proved who he is
  seen_at        timestamptz not null,
  expires_at     timestamptz not null,
  ended_at       timestamptz,
  foreign key (association_id, staff_id) references staff (association_id, id),
  check (expires_at > signed_in_at)
);
create index staff_session_live on staff_session (association_id, staff_id) where ended_at is null;

-- Wrong answers, by account name and by address (keyed hashes). A lock is a delay; it always ends.
create table staff_attempt (
  subject      bytea primary key,
  failures     integer not null default 0,
  locked_until timestamptz,
  counted_at   timestamptz not null
);

create table proposal (
  id             text primary key,
  association_id text not null,
  kind           text not null check (kind in ('fax_destination', 'dnar')),
  subject_id     text not null,             -- whose fax, which patient: opaque
  payload        jsonb not null,
  proposed_by    text not null,
  proposed_at    timestamptz not null,
  expires_at     timestamptz not null,
  status         text not null check (status in ('open', 'confirmed', 'withdrawn')),
  confirmed_by   text,
  settled_at     timestamptz,
  foreign key (association_id, proposed_by) references staff (association_id, id),
  foreign key (association_id, confirmed_by) references staff (association_id, id),
  check (confirmed_by <> proposed_by),
  check ((status = 'confirmed') = (confirmed_by is not null)),
  check ((status = 'open') = (settled_at is null))
);
create unique index proposal_open on proposal (association_id, kind, subject_id) where status = 'open';
