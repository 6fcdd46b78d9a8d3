#!/usr/bin/env bash
# Tests ./gnomon, the start script, in a small project of its own with stand-ins for apt-get, dpkg-query, cmake and
# ninja that write down how they were called. Usage: start_test.sh ROOT-OF-GNOMON
# shellcheck disable=SC2016,SC2317  # Bodies of stand-ins are expanded by them; tests are called by name.
set -uo pipefail

source_root=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf -- "$work"' EXIT
root="$work/a project with spaces"
failures=0

# stand_in NAME BODY: a program of that name that notes its arguments in $work/calls and does BODY.
stand_in() {
  printf '#!/usr/bin/env bash\nprintf "%%s\\n" "%s $*" >>"%s/calls"\n%s\n' "$1" "$work" "$2" >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}

fresh_project() {
  rm -rf -- "$root" "${work:?}/bin" "$work/calls"
  mkdir -p "$root"/{cmake,engine/base,sim,adapters,reports,scenarios/library} "$work/bin"
  cp "$source_root/gnomon" "$root"
  cp "$source_root/cmake/packages" "$source_root/cmake/setup.sh" "$root/cmake"
  touch "$root/CMakeLists.txt" "$root/CMakePresets.json" "$root/engine/base/a.cc"
  find "$root" -exec touch -d '1 hour ago' {} +
  stand_in sudo 'exec "${@:2}"'
  stand_in dpkg-query 'for package in "${@:4}"; do echo "installed $package"; done'
  stand_in apt-get 'echo words of apt-get'
  stand_in cmake 'echo words of cmake; while [[ $1 != -B ]]; do [[ $1 == -S ]] && home=$2; shift; done
    mkdir -p "$2"; touch "$2/build.ninja"; echo "CMAKE_HOME_DIRECTORY:INTERNAL=$home" >"$2/CMakeCache.txt"'
  stand_in ninja 'echo "[1/1] Building CXX object a.o"
    printf "#!/bin/sh\necho \"program: \$*, in \$(pwd)\"; exit \${EXIT:-0}\n" >"$2/gnomon"; chmod +x "$2/gnomon"'
  : >"$work/calls"
}

# start ARGS...: leaves what came of it in $out, $err and $status; calls are noted anew.
start() {
  : >"$work/calls"
  out=$(cd "$work" && PATH=$work/bin:$PATH "$root/gnomon" "$@" 2>"$work/err" </dev/null)
  status=$?
  err=$(<"$work/err")
}

expect() { # expect WHAT CONDITION...
  local what=$1
  shift
  "$@" && return
  failures=$((failures + 1))
  printf 'FAILED %s: %s\n  status: %s\n  stdout: %s\n  stderr: %s\n' "${FUNCNAME[1]}" "$what" "$status" "$out" "$err"
}
called() { grep -q "^$1" "$work/calls"; }
not() { ! "$@"; }
says() { [[ $err == *"$1"* ]]; }

builds_and_then_runs_the_program() {
  start run 'a b'
  expect "stdout is the program's alone" [ "$out" = "program: run a b, in $work" ]
  expect "says that it builds" says "building 1 files"
  expect "installs nothing that is there" not called apt-get
}

is_silent_when_nothing_changed() {
  start
  start again
  expect "says nothing" [ -z "$err" ]
  expect "calls nothing" [ ! -s "$work/calls" ]
  expect "runs the program" [ "$out" = "program: again, in $work" ]
}

passes_the_exit_code_on() {
  EXIT=7 start
  expect "after a build" [ "$status" -eq 7 ]
  EXIT=7 start
  expect "without a build" [ "$status" -eq 7 ]
}

builds_again_when_a_source_changes_or_goes() {
  start
  touch -d '1 second' "$root/engine/base/a.cc"
  start
  expect "an edited file" called ninja
  touch -d '1 hour ago' "$root/engine/base/a.cc"
  start
  rm "$root/engine/base/a.cc"
  touch -d '1 second' "$root/engine/base"
  start
  expect "a removed file" called ninja
}

does_not_build_again_for_a_scenario() {
  start
  touch -d '1 second' "$root/scenarios/library/x.yaml"
  start
  expect "calls nothing" [ ! -s "$work/calls" ]
}

installs_what_is_missing() {
  stand_in dpkg-query 'echo "installed g++"; echo "not-installed graphviz"'
  start
  expect "names it" says "graphviz"
  expect "keeps what is installed" not called 'apt-get.* g++'
  expect "never removes a package" called 'apt-get.*--no-install-recommends --no-remove.* graphviz'
  expect "leaves the tests' packages alone" not called 'apt-get.*libgtest-dev'
  expect "keeps apt's words from stdout" [ "$out" = "program: , in $work" ]
}

stops_with_2_when_packages_cannot_be_installed() {
  stand_in dpkg-query ''
  stand_in apt-get 'echo "E: Unable to fetch some archives"; exit 100'
  start
  expect "exit code" [ "$status" -eq 2 ]
  expect "shows why" says "Unable to fetch"
  expect "shows what to do" says "apt-get install -y"
  expect "does not build" not called ninja
}

stops_with_2_when_cmake_cannot_configure() {
  stand_in cmake 'echo "these headers were not found"; exit 1'
  start
  expect "exit code" [ "$status" -eq 2 ]
  expect "shows why" says "these headers were not found"
}

stops_with_3_when_the_build_fails_and_recovers() {
  cp "$work/bin/ninja" "$work/ninja"
  stand_in ninja 'echo "[1/1] Building CXX object a.o"; echo "a.cc:1: error: nonsense"; exit 1'
  start
  expect "exit code" [ "$status" -eq 3 ]
  expect "shows the compiler's words" says "a.cc:1: error: nonsense"
  expect "runs nothing" [ -z "$out" ]
  cp "$work/ninja" "$work/bin/ninja"
  start
  expect "builds the next time" [ "$status" -eq 0 ]
}

configures_anew_in_a_tree_that_has_moved() {
  start
  mv "$root" "$work/moved"
  mv "$work/moved" "$work/a second project"
  touch -d '1 second' "$work/a second project/engine/base/a.cc"
  root="$work/a second project" start
  expect "cmake runs again" called "cmake.*a second project"
  rm -rf "$work/a second project"
}

configures_again_when_the_presets_change() {
  start
  touch -d '1 second' "$root/CMakePresets.json"
  start
  expect "cmake runs again" called cmake
}

builds_once_for_two_at_a_time() {
  stand_in ninja "$(sed 1,2d "$work/bin/ninja"); sleep 0.5"
  out=$(for name in first second; do PATH=$work/bin:$PATH "$root/gnomon" "$name" & done 2>"$work/err" | sort)
  status=0 err=$(<"$work/err")
  expect "both run" [ "$out" = "$(printf 'program: %s, in %s\n' first "$PWD" second "$PWD")" ]
  expect "one builds" [ "$(grep -c '^ninja' "$work/calls")" -eq 1 ]
  expect "the other says why it waits" says "waiting for it"
}

works_through_a_symbolic_link() {
  start
  ln -sfn "$root/gnomon" "$work/link"
  out=$(cd "$work" && PATH=$work/bin:$PATH "$work/link" x 2>"$work/err")
  status=$? err=$(<"$work/err")
  expect "runs" [ "$out" = "program: x, in $work" ]
  expect "finds what is built already" [ -z "$err" ]
}

for test in builds_and_then_runs_the_program is_silent_when_nothing_changed passes_the_exit_code_on \
  builds_again_when_a_source_changes_or_goes does_not_build_again_for_a_scenario installs_what_is_missing \
  stops_with_2_when_packages_cannot_be_installed stops_with_2_when_cmake_cannot_configure \
  stops_with_3_when_the_build_fails_and_recovers configures_anew_in_a_tree_that_has_moved \
  configures_again_when_the_presets_change builds_once_for_two_at_a_time works_through_a_symbolic_link; do
  fresh_project
  "$test"
done
printf '%s expectations failed\n' "$failures"
exit "$((failures > 0))"
