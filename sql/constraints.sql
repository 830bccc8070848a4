-- Applied only by `portaria db migrate --constraints`, which names the rows that are against it first. The table is
-- locked while its rows are read: milliseconds for thousands.
DO $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint
    WHERE conrelid = 'public.extension_ia'::regclass AND contype = 'p'
  ) THEN
    ALTER TABLE public.extension_ia
      ADD CONSTRAINT portaria_extension_ia_pkey PRIMARY KEY (extension_ia_id);
  END IF;
END;
$$;

ALTER TABLE public.extension_ia
  ADD CONSTRAINT portaria_extension_ia_number
    CHECK (coalesce(btrim(extension_ia_number::text), '') <> ''),
  ADD CONSTRAINT portaria_extension_ia_condominium
    CHECK (condominium_id IS NOT NULL),
  -- CASE: PostgreSQL may evaluate both sides of an AND, and "abc" is no integer.
  ADD CONSTRAINT portaria_extension_ia_port
    CHECK (CASE WHEN coalesce(btrim(extension_ia_number_port::text), '') ~ '^[0-9]{1,5}$'
      THEN btrim(extension_ia_number_port::text)::integer BETWEEN 1 AND 65535 ELSE false END),
  ADD CONSTRAINT portaria_extension_ia_return_port
    CHECK (CASE WHEN extension_ia_return_port IS NULL THEN true
      WHEN btrim(extension_ia_return_port::text) ~ '^[0-9]{1,5}$'
      THEN btrim(extension_ia_return_port::text)::integer BETWEEN 1 AND 65535 ELSE false END),
  ADD CONSTRAINT portaria_extension_ia_ports_differ
    CHECK (btrim(extension_ia_number_port::text) IS DISTINCT FROM btrim(extension_ia_return_port::text));
