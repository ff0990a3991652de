-- Every event of a case rewrites its row, and every row has its cost while a doctor's key press waits for its answer.
-- Why the column: an index over an expression of `state` counts as changed with every `state`, so that each event wrote into
-- every index of the table; the generated column stays equal, and the row is updated in place (HOT). It also serves a process
-- of the version before, which does not know it.
-- Why json: the state is written and read whole; to take it apart at each write (jsonb) was a quarter of the statement.

drop index urgent_call_of_call;
alter table urgent_call alter column state type json using state::json;
alter table urgent_call add column caller_call_id text generated always as (state -> 'caller' ->> 'callId') stored;
create index urgent_call_of_call on urgent_call (caller_call_id) where caller_call_id is not null;
