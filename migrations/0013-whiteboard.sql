-- What the whiteboard counts four times a second must not read every fax that ever was.
create index fax_failed on fax (association_id, settled_at) where status = 'failed';
create index fax_open_of_association on fax (association_id, queued_at) where due_at is not null;

-- Before a doctor is put out of use the directory says how many patients are his.
create index patient_of_attending on patient (attending_id) where attending_id is not null and is_active;
