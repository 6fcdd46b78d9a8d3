# What the tests of the program share; to be sourced. Sets $folder, an empty place of its own that goes with the test, and
# $failed, which a test ends with.
folder=$(mktemp -d)
host=0 # a run of the real world in the background, if there is one
trap '((host)) && kill -9 "$host" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failed=0

fail() {
  failed=1
  printf 'FAILED: %s\n' "$*"
}

# expect CODE WHAT COMMAND...: runs COMMAND; its exit code must be CODE, and its output hold WHAT.
expect() {
  local code=$1 what=$2 found=0 output
  shift 2
  output=$("$@" 2>&1) || found=$?
  if [[ $found -ne $code || $output != *"$what"* ]]; then
    fail "$(printf '%s\n  exit code %s, expected %s; output must hold: %s\n%s' "$*" "$found" "$code" "$what" "${output:0:2000}")"
  fi
}

# until_true COMMAND...: waits until COMMAND holds, 20 s at most.
until_true() {
  for _ in {1..400}; do
    "$@" >/dev/null 2>&1 && return
    sleep 0.05
  done
  fail "never: $*"
}
