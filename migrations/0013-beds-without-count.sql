-- A hospital's faxed sheet says ○ or △ by a tick and how many by hand. The tick is read, the number is not: such an offer has no count
-- until a person has typed it, and its desk is asked meanwhile. Wider is compatible: a process of the version before writes counts only,
-- and would take a null that it reads for none, which asks nobody and promises nothing.

alter table bed_offer alter column free_count drop not null;
alter table bed_offer add constraint bed_offer_count check (free_count is not null or acceptance <> 'closed');
