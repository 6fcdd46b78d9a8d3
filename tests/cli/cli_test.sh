#!/usr/bin/env bash
# The program as a user meets it: each command, its exit code, and what it leaves behind. $1: gnomon; $2: the source tree.
set -u
gnomon=$(readlink -f -- "$1")
library=$(readlink -f -- "$2")/scenarios/library
source "$(dirname -- "$(readlink -f -- "$0")")/expect.sh"

cat >s.yaml <<'YAML'
name: small
horizon: 1h
runtimes: {cpu: {workers: 3}}
actions: {work: {duration: {uniform: [10s, 60s]}}}
workflows: {w: {generate: {layers: 3, width: 2, fan_in: 2, task: {runtime: cpu, action: work}}}}
traffic: {t: {workflow: w, arrivals: {every: 5m}, limit: 6}}
thresholds: [workflows failed rate == 0%]
YAML
sed 's/workers: 3/wokers: 3/; s/action: work/action: wrok/' s.yaml >wrong.yaml
sed 's/== 0%/> 50%/' s.yaml >strict.yaml

expect 0 "Usage: gnomon" "$gnomon" --help
expect 0 "gnomon 0." "$gnomon" --version
expect 2 "did you mean 'run'?" "$gnomon" rnu s.yaml
expect 2 "cannot read it" "$gnomon" run none.yaml
expect 2 "--seed wants a whole number" "$gnomon" run s.yaml --seed -1
expect 2 "--seed wants a whole number" "$gnomon" run s.yaml --seed 18446744073709551616
expect 2 "did you mean 'workers'?" "$gnomon" run s.yaml --set runtimes.cpu.wokers=4
expect 2 "wrong.yaml:3:18: error: unknown key 'wokers' (did you mean 'workers'?)" "$gnomon" validate wrong.yaml
expect 0 "valid: 1 workflow, 6 nodes" "$gnomon" validate s.yaml
expect 0 '"valid": true' "$gnomon" validate s.yaml --json
expect 2 '"message": "unknown key '"'wokers'" "$gnomon" validate wrong.yaml --json
[[ ! -e run.db ]] || fail "a run that did not start has left a record"

# What is read is not written over; what is no file is no record; a full disk is told.
expect 2 "it is what is read" "$gnomon" run s.yaml -o ./s.yaml
mkfifo pipe
expect 2 "not a file" "$gnomon" run s.yaml -o pipe
expect 1 "cannot write to stdout" bash -c '"$0" schema >/dev/full' "$gnomon"
expect 0 "36" "$gnomon" run s.yaml -o a.db
for command in "run s.yaml" "graph a.db" "timeline a.db" "export a.db"; do
  # shellcheck disable=SC2086
  expect 1 "none/x" "$gnomon" $command -o none/x.svg
done
expect 0 "digest" "$gnomon" run s.yaml --seed 2 -o b.db
expect 1 "workflows failed rate > 50%" "$gnomon" run strict.yaml --no-record
expect 0 '"format": "gnomon.run/1"' "$gnomon" run s.yaml --no-record --json
[[ -s a.db && -s a.svg ]] || fail "the run has left no record or no picture"
expect 0 "t/5" "$gnomon" show a.db
expect 0 "l0_0" "$gnomon" show a.db workflow -w 1
expect 0 "READY" "$gnomon" show a.db node -w 1 -n l0_0
expect 0 "workflow_end" "$gnomon" show a.db events --kind workflow_end
{ cat s.yaml; echo "subscribers: {ui: {types: 'gnomon.workflow_*', sink: {simulate: {}}}}"; } >told.yaml
expect 0 "" "$gnomon" run told.yaml -o told.db
expect 0 " ui " "$gnomon" show told.db routes
expect 0 '"state": "succeeded"' "$gnomon" show a.db node -w t/0 -n l0_0 --json
expect 0 '"kind": "workflow_end"' "$gnomon" show a.db events --kind workflow_end --limit 1 --json
expect 0 '"node_name": "l0_0"' "$gnomon" show a.db events -w 1 -n l0_0 --json
expect 0 "node_end               workflow 1 node l0_0 succeeded" "$gnomon" show a.db events -w 1 -n l0_0
expect 0 "attempt 1 on cpu" "$gnomon" show a.db events --kind action_launched
expect 2 "a node of which workflow?" "$gnomon" show a.db events -n l0_0
expect 2 "workflow 1 has no node 'l9'" "$gnomon" show a.db events -w 1 -n l9
expect 2 "--limit" "$gnomon" show a.db --limit -1
[[ $("$gnomon" show a.db --json | grep -c '"id"') -eq 6 ]] || fail "not all workflows as JSON"
expect 2 "it is what is read" "$gnomon" export a.db -o a.db
expect 2 "rsvg-convert" "$gnomon" graph a.db -o a.png
timeout 60 cat pipe >piped.svg &
expect 0 "" "$gnomon" graph a.db -o pipe
wait
[[ -p pipe && $(<piped.svg) == *"</svg>"* ]] || fail "what is no file is not written to, or replaced"
expect 0 "... and 4 more (--limit)" "$gnomon" show a.db --limit 2
expect 0 "... and more (--limit)" "$gnomon" show a.db events --limit 2
expect 0 "no other process has sent this run any" "$gnomon" show a.db commands
expect 2 "show does not know 'evnts' (did you mean 'events'?)" "$gnomon" show a.db evnts
expect 2 "which workflow? Give its number or its key with --workflow" "$gnomon" show a.db workflow
expect 2 "which workflow?" "$gnomon" show a.db node -n l0_0
expect 2 "which node? Give its name with --node" "$gnomon" show a.db node -w 1
expect 2 "has no node 'l0_9' (did you mean" "$gnomon" show a.db node -w 1 -n l0_9
expect 2 "holds no workflow '99'" "$gnomon" show a.db events -w 99
expect 2 "--workflow means nothing to 'run', but to 'workflow'" "$gnomon" show a.db -w 1
expect 2 "there is no kind of event" "$gnomon" show a.db events --kind workflow_endd
expect 0 "" "$gnomon" diff a.db a.db
expect 1 "" "$gnomon" diff a.db b.db
expect 0 "digraph" "$gnomon" graph a.db --format dot
expect 0 "<svg" "$gnomon" graph a.db --workflow 3
expect 2 "holds no workflow '99'" "$gnomon" graph a.db --workflow 99
expect 0 "<svg" "$gnomon" timeline a.db
expect 0 '"ph"' "$gnomon" export a.db --format perfetto
expect 0 "# EOF" "$gnomon" export a.db --format openmetrics
expect 0 "succeeded" "$gnomon" export a.db --format csv
expect 0 '"schemaVersion"' "$gnomon" export a.db --format wfformat
expect 0 "" "$gnomon" export a.db --format wfformat -o back.json
expect 0 "6 tasks" "$gnomon" import wfformat back.json -o back.yaml
expect 0 "digest" "$gnomon" run back.yaml --no-record
expect 0 "json-schema.org" "$gnomon" schema
expect 2 "not a run record" "$gnomon" show s.yaml
head -c 5000 a.db >cut.db
expect 2 "" "$gnomon" show cut.db
expect 2 "syntax error" "$gnomon" import wfformat s.yaml
expect 0 "PASS" "$gnomon" test "$library/failure-policies.yaml"
expect 0 '"failed": 0' "$gnomon" test "$library/failure-policies.yaml" --json
expect 0 "succeeded" "$gnomon" run s.yaml --world real --stand-ins --time-scale 0.0005 -o real.db
expect 0 "6 matched" "$gnomon" diff a.db real.db --times ignored

# Drawn, edited with any editor of graphs, and read again: nothing is lost of a workflow on the way.
cat >etl.dot <<'DOT'
digraph etl { node [runtime=cpu]; extract -> {clean; check} -> load; load [duration="5m", retry=3] }
DOT
expect 0 "etl: 4 nodes, 4 edges" "$gnomon" import dot etl.dot -o etl.yaml
expect 0 "1 succeeded" "$gnomon" run etl.yaml --no-record
expect 0 "load" "$gnomon" graph etl.yaml
printf 'digraph {\n a -> ;\n}' >bad.dot
echo 'graph { a -- b }' >undirected.dot
: >empty.dot
expect 2 "empty.dot:1: it is empty" "$gnomon" import dot empty.dot
expect 2 "bad.dot:2: syntax error near ';'" "$gnomon" import dot bad.dot -o etl.yaml
expect 2 "write digraph" "$gnomon" import dot undirected.dot
echo 'digraph { a -> b -> a }' >cycle.dot
expect 2 "a -> b -> a" "$gnomon" import dot cycle.dot -o cycle.yaml
[[ ! -e cycle.yaml ]] || fail "a drawing that is no workflow was written"
expect 2 "there is no workflow 'elt' (did you mean 'etl'?)" "$gnomon" graph etl.yaml -w elt
round_trips=0
for scenario in "$library"/*.yaml; do
  # A workflow that is generated has no text of its own for each node.
  grep -q generate: "$scenario" && continue
  "$gnomon" graph "$scenario" -o drawn.dot && "$gnomon" import dot drawn.dot -o drawn.yaml 2>/dev/null &&
    "$gnomon" graph drawn.yaml -o again.dot && cmp -s drawn.dot again.dot && ((++round_trips)) ||
    fail "$scenario is not the same after it was drawn"
done
((round_trips >= 8)) || fail "only $round_trips workflows were drawn"

expect 2 "is not a name for an SVG file" "$gnomon" run s.yaml --picture p.dot

# What only the real world has is refused in the simulated one; what cannot begin leaves nothing behind.
expect 2 "--time-scale is for the real world" "$gnomon" run s.yaml --time-scale 0.1
expect 2 "--stand-ins is for the real world" "$gnomon" run s.yaml --stand-ins
{ cat s.yaml; echo 'subscribers: {log: {sink: {file: no/such/folder/events.jsonl}}}'; } >sunk.yaml
expect 2 "no/such/folder/events.jsonl" "$gnomon" run sunk.yaml --world real --stand-ins -o sunk.db
[[ ! -e sunk.db && ! -e sunk.db.lock ]] || fail "a run that could not begin has left a record"

sed '/^traffic/d' s.yaml >idle.yaml
expect 2 "nothing starts a workflow" "$gnomon" run idle.yaml
cat >commands.yaml <<'YAML'
runtimes: {cpu: {workers: 1, otherwise: 1s}, sh: {process: {}, otherwise: 1s}}
workflows:
  w:
    nodes:
      held: {task: {runtime: cpu, argv: [touch, X]}}
      nothing: {task: {runtime: sh, action: train}}
      unknown: {task: {runtime: sh, argv: ["true"], params: {x: 1}}}
      good: {task: {runtime: sh, argv: ["true"]}}
traffic: {t: {workflow: w}}
YAML
expect 2 "node 'held': its command would not be run" "$gnomon" run commands.yaml --world real -o commands.db
expect 2 "node 'nothing': runtime 'sh' runs processes, and the task names no command" "$gnomon" run commands.yaml --world real -o commands.db
expect 2 "unknown key 'x'" "$gnomon" run commands.yaml --world real -o commands.db
[[ ! -e commands.db && ! -e X ]] || fail "what cannot be run for real was begun"
expect 0 "1 succeeded" "$gnomon" run commands.yaml --no-record

# RetryWorkflow keeps what the earlier run did.
cat >again.yaml <<'YAML'
runtimes: {cpu: {workers: 1}}
actions: {a: {duration: 1s, attempts: [{outcome: failed, error: permanent}, {duration: 2s}]}}
workflows: {w: {nodes: {a: {task: {runtime: cpu, action: a}}}}}
traffic: {t: {workflow: w, follow_ups: [{after: 5s, when_failed: true, do: retry}]}}
YAML
expect 0 "succeeded" "$gnomon" run again.yaml -o again.db
[[ $("$gnomon" show again.db node -w 1 -n a --json | grep -c '"attempt": ') -eq 2 ]] || fail "the attempt before RetryWorkflow is lost"

# Looking for what breaks: nothing here, on any of the parts; a case replays; what is wrong is said.
expect 0 "nothing broke: with 95 % confidence" "$gnomon" check s.yaml --seeds 20 --junit seeds.xml
xmllint --noout seeds.xml || fail "the JUnit file is no XML"
[[ $(grep -c "<testcase" seeds.xml) -eq 20 ]] || fail "not every seed is a test case"
expect 0 "PASS" "$gnomon" check s.yaml --seeds 3 --verbose
expect 0 "s.yaml: 3 seeds" "$gnomon" check s.yaml --seeds 10 --shard 2/3 --seed 0
expect 0 '"verdict": "passed"' "$gnomon" check s.yaml --seeds 5 --json
# In parts, one of them twice, and put together again.
for part in 1/2 2/2 2/2; do
  expect 0 "s.yaml" "$gnomon" check s.yaml --seeds 8 --shard $part --resume "part-${part%/2}.jsonl"
done
expect 0 "s.yaml: 8 seeds, 0 failed" "$gnomon" merge part-1.jsonl part-2.jsonl --junit all.xml
[[ $(grep -c "<testcase" all.xml) -eq 8 ]] || fail "not every seed of the parts is a test case"
expect 0 '"seeds": 8' "$gnomon" merge part-1.jsonl part-2.jsonl --json
expect 2 "pipe is not a file" "$gnomon" check s.yaml --resume pipe
expect 2 "holds results with other overrides" "$gnomon" check s.yaml --set seed=3 --resume part-1.jsonl
expect 2 "these are no results of 'gnomon check'" "$gnomon" merge s.yaml
expect 2 "it is what is read" "$gnomon" check s.yaml --junit ./s.yaml
expect 2 "it is what is read" "$gnomon" check s.yaml -o ./s.yaml
expect 2 "--shard wants a part of the whole, such as 3/16" "$gnomon" check s.yaml --shard 4/3
expect 2 "did you mean 'workers'?" "$gnomon" check wrong.yaml
printf 'include: s.yaml\nseed: 4\nfaults: [{what: completion_twice, for: 1h}]\n' >case.yaml
expect 0 "nothing broke" "$gnomon" replay case.yaml
expect 0 '"verdict": "passed"' "$gnomon" replay case.yaml --json
expect 0 "nothing broke" "$gnomon" explain case.yaml
expect 0 "every promise was kept" "$gnomon" verify a.db
expect 0 '"violations": []' "$gnomon" verify a.db --json
expect 0 "succeeded" "$gnomon" run s.yaml --set record=summary -o summary.db
expect 2 "summary.db: it holds no events" "$gnomon" verify summary.db
expect 0 "answer_ignored" "$gnomon" replay case.yaml --trace

# Everything that show shows is there for programs too; that it is JSON is said by a command that takes nothing else.
while read -r what format rows options; do
  # shellcheck disable=SC2086
  show=("$gnomon" show told.db "$what" $options --json)
  expect 0 "\"format\": \"$format\"" "${show[@]}"
  expect 0 "\"$rows\": [" "${show[@]}"
  "${show[@]}" >shown.json
  expect 1 "workflow 1 is over" "$gnomon" signal real.db 1 seen --payload @shown.json
done <<'END'
run gnomon.workflows/1 workflows
workflow gnomon.workflow/1 nodes -w 1
node gnomon.node/1 attempts -w 1 -n l0_0
events gnomon.events/1 events
routes gnomon.routes/1 routes
commands gnomon.commands/1 commands
END

((failed == 0)) && echo "all commands behave"
exit "$failed"
