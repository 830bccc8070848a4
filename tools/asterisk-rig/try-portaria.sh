#!/bin/bash
# Real calls through the rig's Asterisk to a Portaria of this repository, and what came of them:
# the figures of docs/asterisk.md. Needs what asterisk-up.sh needs. Loopback only; about four minutes.
#   tools/asterisk-rig/try-portaria.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd); root=$(cd "$here/../.." && pwd); . "$here/lib.sh"
work=$(mktemp -d); api=http://127.0.0.1:18082; ia=18080; back=18081; pid=
trap '[ -n "$pid" ] && kill "$pid" 2>/dev/null; wait; rm -rf "$work"' EXIT
"$here/asterisk-up.sh"
mkdir -p "$work/data"
printf '{"ramais":[{"id":1,"ramal_ia":"1000","ramal_retorno":"1001","ip_servidor":"127.0.0.1","porta_ia":%d,"porta_retorno":%d,"condominio_id":1}]}' \
  $ia $back >"$work/data/ramais_config.json"
serve() {
  (cd "$work" && exec "$root/bin/portaria" serve --api-port 18082 >>"$work/serve.log" 2>&1) & pid=$!
  for _ in $(seq 100); do curl -fs $api/readyz >/dev/null 2>&1 && return; sleep 0.1; done
  cat "$work/serve.log"; exit 1
}
uuid() { cat /proc/sys/kernel/random/uuid; }
field() { python3 -c 'import json,sys; d=json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }
say() { printf '\n## %s\n' "$*"; }
state() { curl -fs "$api/api/calls/$1" 2>/dev/null | field 'd["state"]' 2>/dev/null || true; }
until_state() { for _ in $(seq 300); do case " $2 " in *" $(state "$1") "*) return;; esac; sleep 0.1; done; echo "call $1 never was $2"; }
decided() { curl -fs "$api/api/calls/$1" | field '"%s, end_reason %s, decision %s" % (d["state"], d["end_reason"], d["decision"] and (d["decision"]["outcome"], d["decision"]["by"], d["decision"]["words"]))'; }
visit() { "$here/call.py" --port $ia --out "$work" "$@" >"$work/visit.json" & caller=$!; }
figures() { field '"first audio %s ms, connect %s ms, hung up by: %s, %s" % (d["calls"][0]["first_audio_ms"], d["calls"][0]["connect_ms"], d["calls"][0]["ended_by"], d["calls"][0]["audiosocket_result"])' <"$work/visit.json"; }
tries() { grep -o "$1 first=[A-Z]* second=[A-Z]*" "$AST_ROOT/rig/log/full" | tail -1 | cut -d' ' -f2-; }
serve

say "Keypad, application AudioSocket (8 kHz), the resident presses 1"
u=$(uuid); visit --phone live --uuid "$u" --script 'heard:8000 quiet:600 dtmf:501# quiet:20000,40000' --max 45
until_state "$u" ringing; "$here/resident.py" ami --to Local/505@residents --port $back --uuid "$u" --hold 30 >"$work/res.json"
wait $caller || true; decided "$u"; figures

say "The same on a wide-band channel, c(slin16)"
u=$(uuid); visit --phone live --exten 2001 --rate 16000 --uuid "$u" --script 'heard:8000 quiet:600 dtmf:501# quiet:20000,40000' --max 45
until_state "$u" ringing; "$here/resident.py" ami --to Local/505@residents --port $back --uuid "$u" --hold 30 >"$work/res.json"
wait $caller || true; decided "$u"; figures; curl -fs "$api/api/calls/$u" | field '"rates of the legs: %s" % [l["rate"] for l in d["legs"]]'

say "A real SIP phone at the gate (baresip), by keypad; a SIP phone at home presses 1"
rx() { "$here/rx" "$@" >/dev/null; }
rx "dialplan set global AS_PORT $ia"
chroot "$AST_ROOT" sox -n -r 8000 -c 1 -b 16 -t wav - trim 0 1 >"$work/silence.wav"
"$here/sip-call.sh" -e 1001 -s 40 -d '6:501#' "$work/silence.wav" "$work/gate" >"$work/gate.json" & gate=$!
"$here/sip-call.sh" -a -s 40 -d '22:1' "$work/silence.wav" "$work/home" >"$work/home.json" & home=$!
u=; for _ in $(seq 200); do u=$(curl -fs "$api/api/calls?state=ringing" | field '(d["calls"] or [{"call_id":""}])[0]["call_id"]'); [ -n "$u" ] && break; sleep 0.1; done
"$here/resident.py" ami --to Local/504@residents --port $back --uuid "$u" --hold 30 >"$work/res.json"
wait $gate $home || true; decided "$u"; field '"the gate phone heard %s s; spurts %s" % (d.get("heard_s"), [(s["start_ms"], s["end_ms"]) for s in d.get("spurts", [])])' <"$work/gate.json"
rx "dialplan set global AS_PORT 9092"

say "20 calls at once"
"$here/call.py" --phone live --calls 20 --stagger 100 --port $ia --out "$work" --script 'heard:8000 wait:3000 hangup' --max 20 >"$work/many.json" || true
field '"%s" % {k: d["summary"][k] for k in ("calls", "ok", "first_audio_ms")}' <"$work/many.json"
field '"audio ahead of its time: %s ms at most" % max(c.get("frames_in", {}).get("max_ahead_ms", 0) for c in d["calls"])' <"$work/many.json"

say "The dialplan asks twice: finished, handed over, killed"
u=$(uuid); visit --phone live --exten 9001 --uuid "$u" --script 'heard:8000 quiet:600 dtmf:501# quiet:20000,40000' --max 45
until_state "$u" ringing; "$here/resident.py" ami --to Local/505@residents --port $back --uuid "$u" --hold 30 >"$work/res.json"
wait $caller || true; echo "finished:    $(tries "$u")"
u=$(uuid); visit --phone live --exten 9001 --uuid "$u" --script 'heard:8000 quiet:600 dtmf:0 quiet:15000,20000' --max 25
wait $caller || true; echo "handed over: $(tries "$u")"
u=$(uuid); visit --phone live --exten 9001 --uuid "$u" --script 'heard:8000 wait:8000' --max 15
until_state "$u" "greeting collecting"; sleep 1; kill -9 "$pid"; wait "$pid" 2>/dev/null || true; pid=
wait $caller || true; echo "killed:      $(tries "$u")"
