-- What the whiteboard counts four times a second must not read every fax that ever was.
create index fax_failed on fax (association_id, settled_at) where status = 'failed';
