-- Which towns have which postal code, as Japan Post publishes it (npm run postal-codes): of everybody, and no secret. Replaced as a
-- whole by each import; empty until the first one.
create table postal_town (
  postal_code  text not null check (postal_code ~ '^\d{7}$'),
  place        smallint not null,           -- several towns share a code: in the order of the file
  prefecture   text not null,
  city         text not null,
  town         text not null,               -- '': the code stands for the rest of the city
  primary key (postal_code, place)
);
