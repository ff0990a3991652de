-- Rewrites the search tokens, some 25 for each patient: the console's search waits for it, the night does not.
--
-- Search answers in the order of the hub's number, and the first page of a frequent name must cost what that of a rare one
-- costs: with the number in the index the first twenty are read off it, where every Sato was fetched and sorted before.
alter table search_token add column code text;

update search_token
set code = patient.code
from patient
where patient.id = search_token.patient_id;

alter table search_token
  alter column code set not null,
  drop constraint search_token_pkey,
  add primary key (association_id, kind, token, code),
  add foreign key (association_id, code) references patient (association_id, code) on update cascade;
