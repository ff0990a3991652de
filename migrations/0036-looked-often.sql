-- Whoever looks at unusually many patients' records within an hour raises an alarm (src/patients/view-actions.ts). The index is of these
-- entries alone: nothing on the path of a ringing telephone writes one.

alter table alarm drop constraint alarm_kind_check;
alter table alarm add constraint alarm_kind_check
  check (kind in (
    'recipient_not_told', 'break_glass', 'fallback_not_published', 'drill_due', 'watch_failed', 'first_carrier_left', 'looked_often'));

create index audit_entry_views on audit_entry (actor, at) where kind = 'record_viewed';
