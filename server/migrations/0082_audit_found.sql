-- Up Migration
-- Failures are few, and looked for among everything that went well.
create index audit_failures on audit (id) where outcome = 'failure';

-- What processes of earlier versions say of an entry among its details stands where it is looked for: whose it was done to, and
-- what was written. They go on writing so while an installation is brought up to date, process by process.
create function audit_sort_out() returns trigger language plpgsql as $$
begin
  if new.details ? 'note' then
    new.words := coalesce(new.words, '{}') || jsonb_build_object('note', new.details -> 'note');
  end if;
  if new.details ? 'owner' and new.whose is null then
    new.whose := nullif((new.details ->> 'owner')::uuid, new.actor_id);
  end if;
  new.details := new.details - array['note', 'owner'];
  return new;
end $$;
create trigger audit_sort_out before insert or update of details on audit for each row
  when (new.action in ('job.change', 'job.delete', 'presets.change') and new.details ?| array['note', 'owner'])
  execute function audit_sort_out();
-- Those that are there go through it once.
update audit set details = details
where action in ('job.change', 'job.delete', 'presets.change') and details ?| array['note', 'owner'];
