#!/usr/bin/env bash
# What a run leaves behind when it is overridden, interrupted or gone on with, and what its routes could not do: said on
# the terminal, and kept in the record. $1: gnomon.
set -u
gnomon=$(readlink -f -- "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

fail() {
  printf 'FAILED: %s\n' "$*"
  exit 1
}
# says TEXT WHAT: the text holds it.
says() { [[ $1 == *"$2"* ]] || fail "nothing says '$2': $1"; }
# interrupt FILE COMMAND...: starts it, interrupts it when FILE is there, and gives what it printed.
interrupt() {
  local file=$1 host
  shift
  "$@" >printed 2>&1 &
  host=$!
  for _ in {1..400}; do
    [[ -s $file ]] && break
    sleep 0.05
  done
  sleep 0.3
  kill -INT "$host"
  wait "$host"
  [[ $? -eq 130 ]] || fail "$* did not end as interrupted: $(cat printed)"
}

cat >routed.yaml <<'END'
name: routed
horizon: 5m
engine: {shards: 2}
workflows: {ingest: {nodes: {load: {pass: {}}}}}
sources: {blob: {arrivals: {every: 20ms}, limit: 8, type: blob.created, data: '{n: .n}'}}
routes:
  even: {source: blob, filter: 'if .data.n == 4 then error("four") else true end', handler: {start: ingest}}
subscribers:
  log: {source: blob, sink: {file: log.jsonl}}
END

# What a route could not do, in both worlds.
printed=$("$gnomon" run routed.yaml --set horizon=2m -o sim.db --json 2>errors) || fail "$(cat errors)"
says "$(cat errors)" "gnomon: route 'even' has passed over an event; the first: event "
says "$printed" '"route": "even"'
says "$printed" '"horizon=2m"'
says "$("$gnomon" show sim.db routes)" "four"
[[ $("$gnomon" show sim.db routes | grep -c '^  even ') -eq 1 ]] || fail "a route has a row for each shard"

# The scenario of a record is its text and what overrode it.
says "$("$gnomon" show sim.db | head -1)" "routed, simulated, seed 1 --set horizon=2m"
says "$("$gnomon" show sim.db --json)" '"horizon=2m"'

# A run that stays until it is interrupted leaves its figures, and is gone on with.
interrupt log.jsonl "$gnomon" run routed.yaml --world real --keep-running -o real.db
says "$(cat printed)" "interrupted; the same command goes on"
says "$(cat printed)" "Workflows"
says "$("$gnomon" show real.db | head -1)" "not ended"
says "$("$gnomon" show real.db routes --json)" '"redelivered"'
printed=$("$gnomon" run routed.yaml --world real -o real.db --set horizon=4m 2>&1) || fail "$printed"
says "$printed" "in this process"
says "$printed" "now --set horizon=4m instead of no --set"
[[ $("$gnomon" show real.db | head -1) != *"not ended"* ]] || fail "a run that has ended is called open"

# A simulation that is interrupted leaves a whole record alone.
cat >endless.yaml <<'END'
name: endless
horizon: 1000d
runtimes: {cpu: {workers: 4, otherwise: 1m}}
workflows: {w: {nodes: {a: {task: {runtime: cpu, action: work}}}}}
traffic: {t: {workflow: w, arrivals: {poisson: 1/s}}}
END
before=$(sha256sum <sim.db)
interrupt sim.db.lock "$gnomon" run endless.yaml -o sim.db
says "$(cat printed)" "Workflows"
says "$(cat printed)" "record sim.interrupted.db"
says "$(cat printed)" "sim.db is as it was"
[[ $(sha256sum <sim.db) == "$before" ]] || fail "an interrupted simulation took the place of a whole record"
says "$("$gnomon" show sim.interrupted.db | head -1)" "endless, simulated, seed 1; interrupted"
echo passed
