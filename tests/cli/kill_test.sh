#!/usr/bin/env bash
# A run of the real world that is killed (kill -9) again and again, at moments that nobody chose, and gone on with each time.
# In the end nothing is lost, nothing that was done was done again, and every promise was kept. $1: gnomon; $2: kills.
set -u
gnomon=$(readlink -f -- "$1")
kills=${2:-12}
source "$(dirname -- "$(readlink -f -- "$0")")/expect.sh"

# Each task leaves a line in the log: its workflow, its node, and when it ran.
cat >chain.yaml <<YAML
name: killed
horizon: 1s
drain: 1h
runtimes: {shell: {process: {slots: 4}}}
workflows:
  chain:
    nodes:
      a: {task: {runtime: shell, shell: &log 'read -r it; echo "\$it \$(date -u +%FT%T.%N)" >>$folder/log; sleep 0.02'}, input: '"\(.workflow.id) a"', retry: 5}
      b: {task: {runtime: shell, shell: *log}, input: '"\(.workflow.id) b"', retry: 5, after: a}
      c: {task: {runtime: shell, shell: *log}, input: '"\(.workflow.id) c"', retry: 5, after: a}
      nap: {wait: 50ms, after: [b, c]}
      d: {task: {runtime: shell, shell: *log}, input: '"\(.workflow.id) d"', retry: 5, after: nap}
      e: {task: {runtime: shell, shell: *log}, input: '"\(.workflow.id) e"', retry: 5, after: d}
traffic: {t: {workflow: chain, arrivals: {once: $((kills * 2))}}}
YAML

killed=0
for ((i = 0; i < kills; ++i)); do
  "$gnomon" run chain.yaml --world real -o run.db >run.log 2>&1 &
  host=$!
  sleep "0.$(printf '%03d' $((RANDOM % 250 + 10)))"
  kill -9 "$host" 2>/dev/null && ((++killed))
  wait "$host" 2>/dev/null
done
expect 0 "" "$gnomon" run chain.yaml --world real -o run.db
expect 0 "every promise was kept" "$gnomon" verify run.db
[[ $("$gnomon" show run.db --state succeeded --json | grep -c '"id"') -eq $((kills * 2)) ]] || fail "not every workflow has succeeded"
((killed >= kills / 2)) || fail "only $killed of $kills runs were killed"

# Nothing ran after the record says that it was over; what was under way when the run was killed may have run twice.
wrong=$("$gnomon" export run.db --format csv | awk -F, -v log_file="$folder/log" '
  NR == 1 { for (i = 1; i <= NF; ++i) column[$i] = i; next }
  $column["kind"] == "task" { over[$column["workflow"] " " $column["name"]] = $column["finished_at"] }
  END {
    while ((getline line <log_file) > 0) {
      gsub(/"/, "", line); split(line, ran, " "); node = ran[1] " " ran[2]
      has_run[node] = 1
      if (!(node in over)) print node " ran, and the record knows nothing of it"
      else if (ran[3] "Z" > over[node]) print node " ran at " ran[3] ", but was over at " over[node]
    }
    for (node in over) if (!(node in has_run)) print node " never ran"
  }')
[[ -z $wrong ]] || fail "$wrong"

((failed == 0)) && echo "killed $killed times, and nothing was lost"
exit "$failed"
