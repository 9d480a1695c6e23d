-- Up Migration

-- What `rendition import` took over, so that a second run goes on where the first one stopped.
create table imported_users (
  -- As the older stack knew the account.
  old_id text primary key,
  user_id uuid not null references users (id) on delete cascade,
  imported_at timestamptz not null default now()
);
create index imported_users_user on imported_users (user_id);

-- A row stays when its image is deleted: a further run must not bring it back.
create table imported_images (
  -- The old id, or where the file lay.
  source text primary key,
  image_id uuid not null,
  owner_id uuid not null,
  imported_at timestamptz not null default now()
);
create index imported_images_owner on imported_images (owner_id);

-- Accounts whose password is still hashed as it came.
create index users_bcrypt on users (id) where password_hash like '$2%';
