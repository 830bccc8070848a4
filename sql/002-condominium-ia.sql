-- What is said and allowed at each condomínio; null where the configuration or the default holds.
CREATE TABLE IF NOT EXISTS public.condominium_ia (
  condominium_id integer PRIMARY KEY CHECK (condominium_id >= 0),
  name text CHECK (length(btrim(name)) BETWEEN 1 AND 500),
  language text CHECK (language IN ('pt-BR', 'en', 'es')),
  -- A voice's name as a JSON text, or {"name": …, "speed": 0.25 to 4, "style": …}.
  voice jsonb CHECK (jsonb_typeof(voice) IN ('string', 'object')),
  greeting text CHECK (length(btrim(greeting)) BETWEEN 1 AND 500),
  gate_name text CHECK (length(btrim(gate_name)) BETWEEN 1 AND 500),
  ai_url text CHECK (ai_url ~* '^https?://[^[:space:]]+$'),
  policies jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(policies) = 'object'),
  -- How long calls are kept; null: as the daemon keeps those of all others.
  retention_days integer CHECK (retention_days BETWEEN 1 AND 36500)
);

-- Tells the condomínio only: {"action": …, "data": {"condominium_id": …}, "time": …}.
CREATE OR REPLACE FUNCTION public.portaria_notify_condominium_ia() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  changed integer;
BEGIN
  IF TG_OP = 'DELETE' THEN
    changed := OLD.condominium_id;
  ELSE
    changed := NEW.condominium_id;
  END IF;
  PERFORM pg_notify('change_record_condominium_ia', json_build_object(
    'action', TG_OP,
    'data', json_build_object('condominium_id', changed),
    'time', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  )::text);
  RETURN NULL;
END;
$$;

DROP TRIGGER IF EXISTS portaria_condominium_ia_change ON public.condominium_ia;
CREATE TRIGGER portaria_condominium_ia_change
  AFTER INSERT OR UPDATE OR DELETE ON public.condominium_ia
  FOR EACH ROW EXECUTE FUNCTION public.portaria_notify_condominium_ia();
