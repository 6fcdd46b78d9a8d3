# shellcheck shell=bash disable=SC2034,SC2154
# Installing and configuring, for ./gnomon, tests/run and .ci/run, which source this file with $root set.
# Everything it says goes to stderr. A failure to set up exits with 2: the machine must change, not gnomon.

say() { printf '%s: %s\n' "${program:-gnomon}" "$*" >&2; }

give_up() {
  say "$@"
  exit 2
}

# packages GROUP...: the Debian packages of these groups.
packages() {
  local group package brings
  while read -r group package brings; do
    [[ " $* " == *" $group "* ]] && printf '%s\n' "$package"
  done <"$root/cmake/packages"
}

# list_needs GROUP...: the same for people whose system names its packages differently.
list_needs() {
  local group package brings
  say "needed: a C++23 compiler (g++ 12 or later, clang 19 or later), cmake 3.25 or later, and:"
  while read -r group package brings; do
    [[ " $* " == *" $group "* ]] && printf '  %-32s (Debian: %s)\n' "$brings" "$package" >&2
  done <"$root/cmake/packages"
}

# as_root COMMAND...: directly or through sudo, which asks for a password only where somebody can type one.
as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif [[ -t 0 && -t 2 ]]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q -o Acquire::Retries=3 \
    -o DPkg::Lock::Timeout=600 "$@" </dev/null 2>&1
}

# install_packages GROUP...: installs what is missing. On a system without apt-get it leaves the check to cmake.
install_packages() {
  command -v apt-get dpkg-query >/dev/null || return 0
  local wanted missing output
  mapfile -t wanted < <(packages "$@")
  mapfile -t missing < <(
    comm -23 <(printf '%s\n' "${wanted[@]}" | sort) \
      <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
        sed -n 's/^installed //p' | sort))
  [[ ${#missing[@]} -eq 0 ]] && return 0

  local by_hand="apt-get install -y --no-install-recommends --no-remove ${missing[*]}"
  if [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; then
    give_up "packages are missing, and this user may not install them. As root, run: $by_hand"
  fi
  say "installing ${#missing[@]} Debian packages (once): ${missing[*]}"
  output=$(apt_get update) || say "warning: the package lists could not be refreshed; trying with what is there"
  if ! output+=$'\n'$(apt_get install -y --no-install-recommends --no-remove "${missing[@]}"); then
    grep -E '^(E|Err|W):|^sudo:|Temporary failure' <<<"$output" | sort -u | head -n 12 >&2
    give_up "the packages could not be installed. Check the network, or as root, run: $by_hand"
  fi
}

# configure PRESET FOLDER [OPTION...]: prepares a build folder. A folder that fails is thrown away and made once
# more: it may come from a place the project has left since, or from a run that was cut short.
configure() {
  local preset=$1 folder=$2 output
  shift 2
  local tool
  for tool in cmake ninja; do
    command -v "$tool" >/dev/null && continue
    list_needs build
    give_up "$tool is missing, and this system has no apt-get to install it with"
  done
  [[ -e $folder/build.ninja && -e $folder/.configured && ! $root/CMakePresets.json -nt $folder/.configured ]] &&
    grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt" && return 0
  say "configuring ${folder#"$root"/}"
  local attempt
  for attempt in first second; do
    output=$(cmake -S "$root" -B "$folder" --preset "$preset" "$@" 2>&1 </dev/null) &&
      touch -- "$folder/.configured" && return 0
    rm -rf -- "$folder/CMakeCache.txt" "$folder/CMakeFiles" "$folder/build.ninja"
  done
  tail -n 40 <<<"$output" >&2
  command -v apt-get >/dev/null || list_needs build
  give_up "cmake could not configure the build (its words are above)"
}
