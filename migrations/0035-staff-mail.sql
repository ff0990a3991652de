-- Somebody is told by e-mail that the means by which he signs in have changed (src/staff/mailing.ts): written down with the change, in
-- its transaction, and sent by a worker. The address stands here only until then.

create table staff_mail (
  id       text primary key,
  staff_id text not null references staff (id),
  about    text not null check (about in
    ('passkey_added', 'passkey_removed', 'password_set', 'credentials_reset', 'oidc_linked')),
  address  text,
  attempts smallint not null default 0,
  due_at   timestamptz,               -- null: sent, given up, or no mail server is configured
  made_at  timestamptz not null,
  sent_at  timestamptz,
  check ((address is null) = (due_at is null))
);
create index staff_mail_due on staff_mail (due_at) where due_at is not null;
