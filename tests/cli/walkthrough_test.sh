#!/usr/bin/env bash
# One place to author, to monitor, to troubleshoot and to search: the day of somebody who owns a pipeline, with nothing
# but this program. $1: gnomon.
set -u
gnomon=$(readlink -f -- "$1")
source "$(dirname -- "$(readlink -f -- "$0")")/expect.sh"

# Each task stands on the one before.
fail() {
  printf 'FAILED at "%s": %s\n' "$task" "$*"
  exit 1
}
# says WHAT COMMAND...: the command passes, and its output holds WHAT.
says() {
  local what=$1 output
  shift
  output=$("$@" 2>&1) || fail "$* ended with $?: $output"
  [[ $output == *"$what"* ]] || fail "$* does not say '$what': $output"
}
until_says() {
  for _ in {1..400}; do
    [[ $("${@:2}" 2>&1) == *"$1"* ]] && return
    sleep 0.05
  done
  fail "${*:2} never says '$1'"
}

task="draw a pipeline in an editor of graphs"
cat >drawn.dot <<'DOT'
digraph pipeline {
  node [runtime=shell]
  extract [definition="{\"extract\": {\"task\": {\"runtime\": \"shell\", \"action\": \"extract\", \"params\": {\"argv\": [\"true\"]}}}}"]
  load [definition="{\"load\": {\"task\": {\"runtime\": \"shell\", \"action\": \"load\", \"params\": {\"shell\": \"test -e repaired || { echo the table is locked >&2; exit 1; }\"}}}}"]
  extract -> load
}
DOT
says "2 nodes" "$gnomon" import dot drawn.dot --only-workflow -o pipeline.yaml

task="put it to use, with a unit test of it"
cat >team.yaml <<'YAML'
name: team
include: pipeline.yaml
runtimes: {shell: {process: {slots: 2}, otherwise: 1s}}
traffic: {morning: {workflow: pipeline, arrivals: {once: 1}, labels: {team: ads}}}
horizon: 1m
tests:
  loads-after-extracting:
    workflow: pipeline
    expect: {outcome: succeeded, order: [[extract, load]]}
YAML
says "valid" "$gnomon" validate team.yaml
says "PASS" "$gnomon" test team.yaml
says "<svg" "$gnomon" graph team.yaml

task="watch it run"
"$gnomon" run team.yaml --world real --keep-running >run.log 2>&1 &
host=$!
until_says "failed" "$gnomon" show run.db

task="find what failed, among others"
says "morning/0" "$gnomon" show run.db --state failed --label team=ads
[[ $("$gnomon" show run.db --state failed --label team=search) == *"no such workflows"* ]] || fail "another team's label finds it"
says "no such workflows" "$gnomon" show run.db --state succeeded
says "no such workflows" "$gnomon" show run.db --name other
says "morning/0" "$gnomon" show run.db --name pipeline

task="see why"
says "the table is locked" "$gnomon" show run.db node -w morning/0 -n load
says "the table is locked" "$gnomon" graph run.db -w morning/0

task="repair the cause and go on from there"
touch repaired
says "" "$gnomon" retry run.db morning/0
until_says "succeeded" "$gnomon" show run.db workflow -w morning/0
[[ $("$gnomon" show run.db node -w morning/0 -n extract --json | grep -c "\"attempt\":") -eq 1 ]] || fail "what had succeeded ran again"

kill -INT "$host"
wait "$host"
host=0
task="draw what ran, and make a workflow of it again"
says "" "$gnomon" graph run.db -w morning/0 -o ran.dot
says "2 nodes, 1 edges" "$gnomon" import dot ran.dot --only-workflow -o ran.yaml
cmp <(sed 1d pipeline.yaml) <(sed 1d ran.yaml) || fail "it is not the same workflow"

task="take a run to other programs, and back"
cat >sizes.yaml <<'YAML'
name: sizes
runtimes: {gpu: {workers: 2, units_per_worker: 4, otherwise: 5m}, cpu: {workers: 3, otherwise: 1m}}
workflows:
  sizes:
    nodes:
      prepare: {task: {runtime: cpu, action: copy}, priority: 7}
      train: {task: {runtime: gpu, action: fit, units: 4}, after: prepare}
      tune: {task: {runtime: gpu, action: fit, units: 4}, after: prepare}
traffic: {recorded: {workflow: sizes, arrivals: {once: 1}}}
YAML
says "" "$gnomon" run sizes.yaml -o sizes.db
says "" "$gnomon" export sizes.db --format wfformat -o sizes.json
says "3 tasks" "$gnomon" import wfformat sizes.json -o back.yaml
says "gpu: {workers: 2, units_per_worker: 4}" cat back.yaml
says "action: copy" cat back.yaml
says "priority: 7" cat back.yaml
says "" "$gnomon" run back.yaml -o back.db
says "" "$gnomon" diff sizes.db back.db

echo "the day is done"
