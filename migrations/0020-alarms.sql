-- What a person of the hub must look at because the system could not see to it alone; told once for each thing, settled by name.
-- Why apart from inbox_item and request_inbox: those are about a page that came in; nothing came in here.

create table alarm (
  id             text primary key,
  association_id text not null references association (id),
  kind           text not null check (kind in ('recipient_not_told', 'break_glass')),
  subject_id     text not null,          -- the disclosure it is about: opaque
  raised_at      timestamptz not null,
  settled_at     timestamptz,
  settled_by     text,                   -- operator:op_…, or gateway when it mended itself
  unique (kind, subject_id),
  check ((settled_at is null) = (settled_by is null))
);
create index alarm_open on alarm (association_id, raised_at) where settled_at is null;

-- Break-glass stood in the inbox of paper requests, where no list showed it and nobody could settle it.
insert into alarm (id, association_id, kind, subject_id, raised_at)
select 'al' || substr(request_inbox.request_id, 3), disclosure.association_id, 'break_glass', disclosure.id, request_inbox.created_at
from request_inbox
join disclosure on disclosure.request_id = request_inbox.request_id
where request_inbox.reason = 'break_glass' and request_inbox.settled_at is null;
delete from request_inbox where reason = 'break_glass';
