#!/usr/bin/env bash
# Commands to a run in the real world, from other processes. $1: gnomon.
set -u
gnomon=$(readlink -f -- "$1")
source "$(dirname -- "$(readlink -f -- "$0")")/expect.sh"

run() {
  runs=$((runs + 1))
  "$gnomon" run service.yaml --world real "$@" >"run$runs.log" 2>&1 &
  host=$!
  until_true test -s run.db.lock
}
runs=0
kill_host() {
  kill -9 "$host"
  wait "$host" 2>/dev/null
  host=0
}
# ends CODE: waits for the host to end.
ends() {
  local code=0
  wait "$host" || code=$?
  host=0
  [[ $code -eq $1 ]] || fail "the run ended with $code, expected $1: $(cat "run$runs.log")"
}
state() { "$gnomon" show run.db | awk -v id="$1" '$1 == id { print $3 }'; }
is() { [[ $(state "$1") == "$2" ]]; }
count() { "$gnomon" show run.db events --kind "$1" --limit 100000 | wc -l; }
lines() { wc -l <"$1"; }

cat >service.yaml <<'YAML'
name: service
horizon: 5m
runtimes: {shell: {workers: 4, process: {slots: 4}}}
workflows:
  approval:
    nodes:
      gate: {wait: {signal: approve}}
      done: {after: gate, task: {runtime: shell, argv: [sh, -c, 'echo "$GNOMON_KEY" >> approved']}}
  slow:
    nodes:
      first: {task: {runtime: shell, argv: [sh, -c, 'sleep 0.3']}}
      second: {after: first, task: {runtime: shell, argv: [sh, -c, 'echo "$GNOMON_KEY" >> slow']}}
  fragile:
    nodes:
      check: {task: {runtime: shell, argv: [sh, -c, 'test -e repaired && echo "$GNOMON_KEY" >> repairs']}}
YAML

# A run that stays for what it is sent.
run --keep-running
until_true "$gnomon" start run.db approval --key first
expect 0 "workflow 1 is started" "$gnomon" start run.db approval --key first
expect 0 '"workflow": "2"' "$gnomon" start run.db approval --key two --labels '{"team": "ads"}' --input '{"n": 1}' --priority 3 --json
expect 0 "workflow 1 has the signal 'approve'" "$gnomon" signal run.db 1 approve --payload '{"by": "ann"}' --key ann/1
until_true is 1 succeeded
expect 0 "workflow 1 has the signal 'approve'" "$gnomon" signal run.db 1 approve --payload '{"by": "ann"}' --key ann/1
expect 1 "workflow 1 is not running" "$gnomon" signal run.db 1 approve --key bob/1
expect 0 "workflow 2 is being cancelled" "$gnomon" cancel run.db two
until_true is 2 cancelled
expect 0 "workflow 3 is started" "$gnomon" start run.db slow
expect 0 "workflow 3 is paused" "$gnomon" pause run.db 3
sleep 0.6
is 3 paused || fail "show calls a paused workflow $(state 3)"
expect 0 '"state": "paused"' "$gnomon" show run.db workflow -w 3 --json
expect 0 ",paused," "$gnomon" export run.db --format workflows-csv
[[ ! -e slow ]] || fail "a paused workflow went on"
expect 0 "workflow 3 goes on" "$gnomon" resume run.db 3
until_true is 3 succeeded
expect 0 "workflow 4 is started" "$gnomon" start run.db fragile
until_true is 4 failed
touch repaired
expect 0 "workflow 4 runs again" "$gnomon" retry run.db 4
until_true is 4 succeeded
expect 0 "the event is published" "$gnomon" publish run.db --source /landing --type file.arrived --data '{"name": "a.csv"}'
[[ $(count external) -ge 1 ]] || fail "no event was published"
expect 0 "note: no route or subscriber of this run takes events of the source '/nobody'" \
  "$gnomon" publish run.db --source /nobody --type file.arrived
once=$(count external)
for i in 1 2; do
  expect 0 "the event is published" "$gnomon" publish run.db --source /db/orders --type row.changed --id 4711
done
[[ $(count external) -eq $((once + 1)) ]] || fail "an event with one id was published $(($(count external) - once)) times"
once=$(count external)
long=$(printf 'x%.0s' {1..2000})
for i in 1 2; do
  expect 0 "the event is published" "$gnomon" publish run.db --source /db/orders --type row.changed --id "$long"
done
expect 0 "the event is published" "$gnomon" publish run.db --source /db/orders --type row.changed --id "${long}y"
[[ $(count external) -eq $((once + 2)) ]] || fail "two events with long ids were published $(($(count external) - once)) times"

# What is wrong is said, and nothing is sent.
expect 2 "did you mean 'approval'?" "$gnomon" start run.db aproval
expect 2 "holds no workflow '99': the last one is 4" "$gnomon" signal run.db 99 approve
expect 2 "did you mean 'first'?" "$gnomon" signal run.db frist approve
expect 1 "workflow 2 is over: cancelled" "$gnomon" signal run.db 2 approve
expect 1 "gnomon retry run.db 2" "$gnomon" pause run.db 2
expect 1 "workflow 1 is over: succeeded" "$gnomon" retry run.db 1
expect 2 "--payload: line 2, column 1" "$gnomon" signal run.db 4 approve --payload $'{"a":\n}'
expect 2 "an object of strings" "$gnomon" start run.db approval --labels '[1]'
expect 2 "none.json" "$gnomon" start run.db approval --input @none.json
expect 2 "specversion" "$gnomon" publish run.db --event '{"id": "1", "source": "/x", "type": "y"}'
expect 2 "Give --source and --type" "$gnomon" publish run.db --source /x
expect 2 "--wait: expected a duration" "$gnomon" start run.db approval --wait soon
expect 2 "is being run by process $host" "$gnomon" run service.yaml --world real
expect 2 "is being run by process $host" "$gnomon" run service.yaml
expect 1 "was refused" "$gnomon" start run.db approval --tenant none
expect 1 '"status": "refused"' "$gnomon" start run.db approval --tenant none --json

# What was sent, and what became of it, is there to be looked at.
sent() { "$gnomon" show run.db commands | grep -E "$1" >/dev/null || fail "no command '$1' in: $("$gnomon" show run.db commands)"; }
sent '^ +1 +start +1 +approval .* workflow 1 is started$'
sent ' signal +1 +approve .* workflow 1 has the signal'
sent ' pause +3 .* workflow 3 is paused$'
sent ' publish .* the event is published$'
sent ' start +approval .* refused: '
expect 0 "more (--limit)" "$gnomon" show run.db commands --limit 1
expect 0 '"status": "refused"' "$gnomon" show run.db commands --json
[[ $("$gnomon" show run.db commands --json) != *'{"n":1}'* ]] || fail "what an answered command came with is kept for ever"

# Killed in the middle of many commands: each takes effect once.
before=$(count workflow_created)
for i in {1..60}; do
  "$gnomon" start run.db approval --no-wait >/dev/null 2>&1 || fail "start $i was not accepted"
  if ((i % 12 == 0)); then
    kill_host
    "$gnomon" start run.db approval --no-wait >/dev/null 2>&1 || fail "a start that nobody hears was not accepted"
    run --keep-running
  fi
done
kill_host
expect 1 "nobody runs it now" "$gnomon" signal run.db 5 approve
run --keep-running
created() { [[ $(count workflow_created) -ge $((before + 65)) ]]; }
until_true created
until_true is 5 succeeded
for i in {6..69}; do "$gnomon" signal run.db "$i" approve --no-wait >/dev/null 2>&1 || fail "signal $i"; done
kill -INT "$host"
ends 130
run
ends 0
[[ $(count workflow_created) -eq $((before + 65)) ]] || fail "$(count workflow_created) workflows were created, not $((before + 65))"
[[ $(count signal_received) -eq 66 ]] || fail "$(count signal_received) signals were received, not 66"
[[ $(sort -u approved | wc -l) -eq 66 ]] || fail "$(lines approved) tasks after the gates, not 66"

# A run that has ended, with a workflow that failed: a retry is kept, and the run goes on with it.
rm repaired run.db
run --keep-running
until_true "$gnomon" start run.db fragile
until_true is 1 failed
kill -INT "$host"
ends 130
run
ends 0
touch repaired
expect 0 "nobody runs it now" "$gnomon" retry run.db 1 --no-wait
expect 0 "nobody has answered yet" "$gnomon" show run.db commands
expect 0 '"status": "kept"' "$gnomon" show run.db commands --json
expect 1 "nobody runs it now" "$gnomon" signal run.db 1 approve
run
ends 0
is 1 succeeded || fail "the retry had no effect: $(state 1)"
[[ $(count workflow_retried) -eq 1 ]] || fail "retried $(count workflow_retried) times"
expect 1 "workflow 1 is over: succeeded" "$gnomon" signal run.db 1 approve
[[ ! -e run.db.lock ]] || fail "a lock file was left behind"

# That nobody takes an event is said only if it is certain.
cat >routes.yaml <<'YAML'
sources: {in: {arrivals: {every: 1h}, limit: 1, type: file.arrived}, out: {arrivals: {every: 1h}, limit: 1, type: file.arrived}}
routes: {files: {source: in, types: file.*, handler: {start: approval}}}
YAML
{ cat service.yaml routes.yaml; } >routed.yaml
{ echo 'include: routes.yaml'; cat service.yaml; } >including.yaml
# notes COUNT SCENARIO SOURCE OPTION...: how often publishing to a run of that scenario, with those options, says it.
notes() {
  local count=$1 scenario=$2 source=$3 found
  shift 3
  "$gnomon" run "$scenario" --world real --keep-running -o noted.db "$@" >noted.log 2>&1 &
  host=$!
  until_true "$gnomon" publish noted.db --source "$source" --type file.arrived --no-wait
  found=$("$gnomon" publish noted.db --source "$source" --type file.arrived 2>&1 | grep -c note:)
  [[ $found -eq $count ]] || fail "$scenario $*: $found notes for $source, not $count: $(cat noted.log)"
  kill_host
  rm -f noted.db*
}
notes 0 routed.yaml in
notes 1 routed.yaml out
notes 0 routed.yaml out --set routes.files.source=out
notes 1 routed.yaml in --set routes.files.source=out
notes 0 including.yaml in

# A run without an end is not shown as one of some centuries.
if command -v script >/dev/null; then
  shown=$(script -qec "timeout --foreground -s INT 1 '$gnomon' run service.yaml --world real --keep-running -o shown.db" \
    /dev/null </dev/null | tr '\r' '\n' | grep 'workflows live')
  [[ -n $shown && $shown != *" of "* ]] || fail "the progress of a run without an end: $shown"
  expect 2 "holds the unfinished run of 'service'" "$gnomon" run service.yaml -o shown.db
fi

# Commands are for the real world only.
cat >simulated.yaml <<'YAML'
name: simulated
horizon: 1h
runtimes: {cpu: {workers: 1}}
actions: {work: {duration: 1s}}
workflows: {approval: {nodes: {work: {task: {runtime: cpu, action: work}}}}}
traffic: {t: {workflow: approval, arrivals: {once: 1}}}
YAML
expect 0 "" "$gnomon" run simulated.yaml -o simulated.db
expect 2 "a simulated run, which nobody can send" "$gnomon" start simulated.db approval
expect 2 "not a run record" "$gnomon" start service.yaml approval
expect 2 "--keep-running is for the real world" "$gnomon" run service.yaml --keep-running

((failed == 0)) && echo "commands reach a run, once"
exit "$failed"
