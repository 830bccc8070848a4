-- Where the time of each turn went: timings, and who served. No words. Null: nobody kept it.
ALTER TABLE public.portaria_call ADD COLUMN IF NOT EXISTS turns jsonb;
