-- The log of everything that happened: append-only, hash-chained per life, folded per association into a Merkle tree.
-- Why two levels: a case's row is locked anyway, so its chain costs no global lock on the path of a ringing phone; the
-- tree (RFC 6962) makes the disappearance of a whole chain or of its end visible.

create table audit_entry (
  chain_id       text not null,
  seq            integer not null check (seq >= 1),
  id             bigint generated always as identity unique,
  association_id text not null references association (id),
  at             timestamptz not null,
  actor          text not null,  -- who: doctor, hospital, standby, caller, carrier, clock, operator … with an opaque id
  cause          text not null,  -- the command or webhook that led here
  kind           text not null,  -- the fact, or `refused`
  data           jsonb not null, -- the fact itself; opaque ids only
  prev_hash      bytea not null check (octet_length(prev_hash) = 32),
  hash           bytea not null check (octet_length(hash) = 32),
  primary key (chain_id, seq)
);
-- What the sealer looks for: the entries of one association above the number up to which all are sealed.
create index audit_entry_of_association on audit_entry (association_id, id);

-- Leaves in the order they were sealed.
create table audit_leaf (
  -- No foreign keys: the entries vouch for them, and a check for each row would double the cost of sealing.
  association_id text not null,
  leaf_index     bigint not null check (leaf_index >= 0),
  entry_id       bigint not null unique,
  -- Which entry it was, so that one which vanished can still be named.
  chain_id       text not null,
  seq            integer not null,
  leaf_hash      bytea not null check (octet_length(leaf_hash) = 32),
  primary key (association_id, leaf_index)
);

create table audit_head (
  association_id text not null references association (id),
  tree_size      bigint not null check (tree_size > 0),
  root           bytea not null check (octet_length(root) = 32),
  frontier       bytea[] not null, -- roots of the perfect subtrees, left to right: what the next seal starts from
  -- Size of the head before (0: none), so that a head cannot vanish from between two others.
  previous_size  bigint not null check (previous_size >= 0 and previous_size < tree_size),
  -- Every entry with an id up to this one is sealed. Ids commit out of order, so it trails behind the newest.
  settled_id     bigint not null check (settled_id >= 0),
  sealed_at      timestamptz not null,
  key_id         text not null,    -- fingerprint of the public key
  signature      bytea not null,
  primary key (association_id, tree_size)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;

create trigger audit_entry_append_only before update or delete or truncate on audit_entry
  for each statement execute function refuse_change();
create trigger audit_leaf_append_only before update or delete or truncate on audit_leaf
  for each statement execute function refuse_change();
create trigger audit_head_append_only before update or delete or truncate on audit_head
  for each statement execute function refuse_change();
