-- Applied only by `portaria db migrate --constraints`, whose checks name the rows that are against it first.
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

-- NOT VALID is brief; VALIDATE reads the table without holding up those who write.
ALTER TABLE public.extension_ia
  ADD CONSTRAINT portaria_extension_ia_number
    CHECK (coalesce(btrim(extension_ia_number::text), '') <> '') NOT VALID,
  ADD CONSTRAINT portaria_extension_ia_condominium
    CHECK (condominium_id IS NOT NULL) NOT VALID,
  ADD CONSTRAINT portaria_extension_ia_port
    CHECK (CASE WHEN coalesce(btrim(extension_ia_number_port::text), '') ~ '^[0-9]{1,5}$'
      THEN btrim(extension_ia_number_port::text)::integer BETWEEN 1 AND 65535 ELSE false END) NOT VALID,
  ADD CONSTRAINT portaria_extension_ia_return_port
    CHECK (CASE WHEN extension_ia_return_port IS NULL THEN true
      WHEN btrim(extension_ia_return_port::text) ~ '^[0-9]{1,5}$'
      THEN btrim(extension_ia_return_port::text)::integer BETWEEN 1 AND 65535 ELSE false END) NOT VALID,
  ADD CONSTRAINT portaria_extension_ia_ports_differ
    CHECK (btrim(extension_ia_number_port::text) IS DISTINCT FROM btrim(extension_ia_return_port::text)) NOT VALID;

ALTER TABLE public.extension_ia VALIDATE CONSTRAINT portaria_extension_ia_number;
ALTER TABLE public.extension_ia VALIDATE CONSTRAINT portaria_extension_ia_condominium;
ALTER TABLE public.extension_ia VALIDATE CONSTRAINT portaria_extension_ia_port;
ALTER TABLE public.extension_ia VALIDATE CONSTRAINT portaria_extension_ia_return_port;
ALTER TABLE public.extension_ia VALIDATE CONSTRAINT portaria_extension_ia_ports_differ;
