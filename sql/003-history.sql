-- Ended calls. No names and no transcript: those are personal data.
CREATE TABLE IF NOT EXISTS public.portaria_call (
  call_id uuid PRIMARY KEY,
  ramal_id integer NOT NULL,
  ramal text NOT NULL,
  condominium_id integer NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  duration_ms bigint NOT NULL CHECK (duration_ms >= 0),
  -- In the daemon's time zone.
  day date NOT NULL,
  end_reason text NOT NULL,
  -- Whether a resident's leg came.
  answered boolean NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('authorized', 'denied', 'abandoned', 'none')),
  decision_reason text,
  decision_by text,
  intent_type text,
  unit text,
  block text
);
-- By retention, and by a ramal's day.
CREATE INDEX IF NOT EXISTS portaria_call_condominium ON public.portaria_call (condominium_id, ended_at);
CREATE INDEX IF NOT EXISTS portaria_call_ramal_day ON public.portaria_call (ramal_id, day);

-- The sums of each ramal and day; they outlive the calls, which go by retention.
CREATE TABLE IF NOT EXISTS public.portaria_ramal_day (
  ramal_id integer NOT NULL,
  day date NOT NULL,
  calls bigint NOT NULL DEFAULT 0,
  answered bigint NOT NULL DEFAULT 0,
  authorized bigint NOT NULL DEFAULT 0,
  denied bigint NOT NULL DEFAULT 0,
  abandoned bigint NOT NULL DEFAULT 0,
  duration_ms bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (ramal_id, day)
);
