#!/usr/bin/env bash
# What a run leaves behind when it is overridden, interrupted or gone on with, and what its routes could not do: said on
# the terminal, and kept in the record. $1: gnomon.
set -u
gnomon=$(readlink -f -- "$1")
source "$(dirname -- "$(readlink -f -- "$0")")/expect.sh"

# says TEXT WHAT: the text holds it.
says() { [[ $1 == *"$2"* ]] || fail "nothing says '$2': $1"; }
# interrupt FILE COMMAND...: starts it, interrupts it when FILE is there, and gives what it printed.
interrupt() {
  local file=$1
  shift
  "$@" >printed 2>&1 &
  host=$!
  until_true test -s "$file"
  sleep 0.3
  kill -INT "$host"
  wait "$host"
  [[ $? -eq 130 ]] || fail "$* did not end as interrupted: $(cat printed)"
  host=0
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

# Who an event tells of: the runtime by the name that the workflow has for it, also when the run was killed, or is gone on
# with under a scenario that has its runtimes in another order; the node of a timer too.
cat >two.yaml <<'END'
name: two
horizon: 1h
runtimes: {one: {workers: 1, otherwise: 1s}, two: {workers: 1, otherwise: 1h}}
workflows: {w: {nodes: {nap: {wait: 1s}, work: {after: nap, task: {runtime: two, action: x}}}}}
traffic: {t: {workflow: w, arrivals: {once: 1}}}
END
sed 's/{one: \(.*\), two: \(.*\)}$/{two: \2, one: \1}/' two.yaml >turned.yaml
launched() { "$gnomon" show two.db events --kind action_launched | grep "$1"; }
"$gnomon" run two.yaml --world real --stand-ins --time-scale 0.05 -o two.db >printed 2>&1 &
host=$!
until_true launched "attempt 1 on two"
kill -9 "$host"
wait "$host" 2>/dev/null
host=0
launched "node work attempt 1 on two" >/dev/null || fail "the runtime of a killed run: $("$gnomon" show two.db events)"
[[ $(sed -n 3p turned.yaml) == "runtimes: {two:"* ]] || fail "the runtimes are not turned: $(sed -n 3p turned.yaml)"
expect 0 "went on with the unfinished run" "$gnomon" run turned.yaml --world real --stand-ins --time-scale 0.0001 -o two.db
[[ $(launched . | grep -vc " on two$") -eq 0 ]] || fail "an attempt has another runtime: $(launched .)"
expect 0 "timer_fired            workflow 1 node nap" "$gnomon" show two.db events -w 1 -n nap
expect 0 '"node_name": "nap"' "$gnomon" show two.db events --kind timer_fired --json
expect 0 '"node": 0' "$gnomon" show two.db events --kind timer_fired --json

# What a scenario holds is said, also of one that holds nothing to run.
echo 'name: empty' >empty.yaml
expect 0 "empty.yaml: valid: nothing to run" "$gnomon" validate empty.yaml
expect 0 "valid: 1 workflow, 1 node, 1 source, 1 route, 1 subscriber" "$gnomon" validate routed.yaml

((failed == 0)) && echo "what a run leaves behind is right"
exit "$failed"
