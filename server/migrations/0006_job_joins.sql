-- Up Migration

-- Idempotency keys of requests that joined a job already under way: the job itself knows only the key it came with.
create table job_joins (
  owner_id uuid not null,
  idempotency_key text not null,
  request_digest text,
  job_id uuid not null references jobs (id) on delete cascade,
  primary key (owner_id, idempotency_key)
);
create index job_joins_job on job_joins (job_id);
