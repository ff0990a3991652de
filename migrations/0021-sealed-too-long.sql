-- A record that does not fit a sealed page: what its fax gets instead is the association's to decide. Without a decision nothing goes
-- there, and the record is read out.

alter table release_policy add column sealed_too_long text not null default 'spoken'
  check (sealed_too_long in ('spoken', 'pseudonymous'));
