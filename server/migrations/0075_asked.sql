-- Up Migration

-- By which parameters of a URL a rendition was asked for first: the page says where a picture is used.
alter table renditions add column asked text;
