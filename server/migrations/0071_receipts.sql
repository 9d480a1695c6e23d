-- Up Migration

-- What was destroyed: written in the transaction that deletes, signed when the files are gone as well. Ids and digests, no names.
create table receipts (
  id uuid primary key,
  kind text not null check (kind in ('image', 'account')),
  owner_id uuid not null,
  -- The image, or the account.
  subject_id uuid not null,
  because text not null check (because in ('request', 'trash', 'account')),
  -- The receipt of the account that an image goes with: it is added up there.
  part_of uuid references receipts (id) on delete cascade,
  destroyed jsonb not null,
  -- Whoever has the secret may read it: of an account that is gone. SHA-256 of 32 random bytes.
  claim_hash bytea,
  requested_at timestamptz not null default now(),
  -- When the account's row went.
  closed_at timestamptz,
  -- When it is to be looked at (again) whether everything is gone.
  look_at timestamptz,
  gone_at timestamptz,
  -- The signed receipt; null until everything is gone.
  jws text
);
create index receipts_owner on receipts (owner_id, id) where part_of is null;
create index receipts_listed on receipts (kind, id) where part_of is null;
create index receipts_subject on receipts (subject_id);
create index receipts_due on receipts (look_at) where look_at is not null;
create index receipts_parts on receipts (part_of, subject_id) where part_of is not null;
create unique index receipts_open on receipts (owner_id) where kind = 'account' and gone_at is null;

-- Public halves of the keys that receipts were ever signed with: they stay when the secrets change.
create table receipt_keys (
  kid text primary key,
  x text not null,
  created_at timestamptz not null default now()
);
