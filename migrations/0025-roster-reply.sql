-- 返信票: what a doctor ticked on the sheet that went to him with the month's roster, one line for each page that came back.
create table roster_reply (
  item_id        text primary key references inbox_item (id),
  association_id text not null references association (id),
  doctor_id      text not null references doctor (id),
  month          text not null check (month ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
  received_at    timestamptz not null,
  is_agreed      boolean not null,
  -- Ticked beyond doubt; those of them that became absences without a person.
  cannot         date[] not null,
  taken          date[] not null check (taken <@ cannot)
);
create index roster_reply_of_month on roster_reply (association_id, month, doctor_id, received_at desc);
