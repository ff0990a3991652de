-- Every entry of the log locked the one row of its association ("for key share"), because PostgreSQL checks a foreign key
-- so; with many cases at once all of them queue for that row's list of lockers. The case, whose own key stays, vouches for
-- the association of its entries, as the entries do for the leaves (0004).
alter table audit_entry drop constraint audit_entry_association_id_fkey;
