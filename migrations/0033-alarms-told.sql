-- An alarm is told beyond the console: by telephone to the standby person until somebody keys that it was heard (src/alarms/ringing.ts),
-- and by e-mail (src/alarms/mailing.ts). What is to be done is written down before it is done.

alter table alarm
  add column heard_at timestamptz,
  add column heard_by text,             -- standby person whose telephone it was
  add column mail_id  text,             -- the message that tells it
  add constraint alarm_heard_by_somebody check ((heard_at is null) = (heard_by is null));

-- What stands open now has waited at the console: nobody is rung about it because of this change.
update alarm set heard_at = raised_at, heard_by = 'console', mail_id = 'none' where settled_at is null;

-- One round of ringing for all that is unheard of an association.
create table alarm_ring (
  association_id text primary key references association (id),
  due_at         timestamptz,           -- null: nothing to ring about
  rings          smallint not null default 0,
  callback_id    text,                  -- the last call
  told_until     timestamptz,           -- alarms raised by then were in the words of that call
  rang_at        timestamptz
);
create index alarm_ring_due on alarm_ring (due_at) where due_at is not null;

create table alarm_mail (
  id             text primary key,
  association_id text not null references association (id),
  status         text not null check (status in ('pending', 'performing', 'sent', 'given_up')),
  attempts       smallint not null default 0,
  due_at         timestamptz,
  made_at        timestamptz not null,
  sent_at        timestamptz,
  check ((status in ('pending', 'performing')) = (due_at is not null))
);
create index alarm_mail_due on alarm_mail (due_at) where due_at is not null;
create index alarm_mail_last on alarm_mail (association_id, made_at desc);
create index alarm_unmailed on alarm (association_id) where mail_id is null and settled_at is null;

alter table doctor_callback
  drop constraint doctor_callback_purpose_check,
  add constraint doctor_callback_purpose_check
    check (purpose in ('spoken', 'not_delivered', 'roll_call', 'roster_gap', 'swap', 'watch', 'alarm')),
  drop constraint doctor_callback_doctor_check,
  add constraint doctor_callback_doctor_check
    check ((purpose in ('roster_gap', 'watch', 'alarm')) = (doctor_id is null));
