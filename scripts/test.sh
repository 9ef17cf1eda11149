#!/usr/bin/env bash
# Installs what the tests need (where apt may), runs all test projects, and ends with one line: N passed, N failed, N skipped.
# Arguments go to every test project (for example: -namespace 'ChannelHost.Tests.Storage*').
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
results=$PWD/.build/test-results
projects=(ChannelHost.Tests ChannelHost.EndToEnd.Tests)

# Colours only where a person looks.
colours=()
{ [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; } || colours=(-noColor)

# What the tests drive from outside: a tracer that makes system calls fail, a compiler for libraries that cut the power
# and shift the clock, TLS certificates, an SFTP server, keys in PuTTY's format,
# databases.
install_tools() {
  local missing=()
  command -v strace >/dev/null || missing+=(strace)
  command -v gcc >/dev/null || missing+=(gcc libc6-dev)
  command -v openssl >/dev/null || missing+=(openssl)
  { [ -x /usr/sbin/sshd ] && command -v sftp >/dev/null; } || missing+=(openssh-server openssh-client)
  command -v puttygen >/dev/null || missing+=(putty-tools)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  [ -x /usr/sbin/mariadbd ] || missing+=(mariadb-server)
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "test.sh: installing ${missing[*]}"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq "${missing[@]}"; } >/dev/null 2>&1 ||
      echo "test.sh: apt could not install ${missing[*]}: tests that need them are skipped and say so"
  else
    echo "test.sh: ${missing[*]} missing and cannot be installed without root and apt: tests that need them are skipped and say so"
  fi
}

# attribute NAME FILE: a number from the first <assembly> element of an xunit result file.
attribute() {
  grep -o "<assembly [^>]*" "$2" | head -1 | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' || echo 0
}

install_tools
command -v dotnet >/dev/null || { echo "test.sh: the .NET 10 SDK is missing (no command 'dotnet')"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
rm -rf "$results"
mkdir -p "$results/again"

# Runs the tests that failed beside thousands of others once more, with nothing beside them. What fails again has failed; what passes is told as unstable,
# and more than five at once are no chance any more.
again() {
  local project=$1 file=$2 methods name
  methods=$(grep -o 'result="Fail"[^>]*' "$file" | sed -n 's/.* type="\([^"]*\)".* method="\([^"]*\)".*/\1.\2/p')
  [ "$(wc -l <<<"$methods")" = "$(attribute failed "$file")" ] || return 1
  methods=$(sort -u <<<"$methods")
  [ "$(wc -l <<<"$methods")" -le 5 ] || return 1
  local filters=()
  for name in $methods; do filters+=(-method "$name"); done
  echo "test.sh: running again, alone: $(tr '\n' ' ' <<<"$methods")"
  dotnet "tests/$project/bin/Release/net10.0/$project.dll" -result-xml "$results/again/$project.xml" -noLogo "${colours[@]}" -parallelMode none "${filters[@]}" || return 1
  unstable+="$methods"$'\n'
}

passed=0 failed=0 skipped=0 broken=0 unstable=
for project in "${projects[@]}"; do
  echo "test.sh: building $project"
  if ! dotnet build "tests/$project" --configuration Release -nodeReuse:false --verbosity quiet -consoleLoggerParameters:NoSummary; then
    echo "test.sh: $project does not build"
    broken=$((broken + 1))
    continue
  fi
  echo "test.sh: running $project"
  file=$results/$project.xml
  dotnet "tests/$project/bin/Release/net10.0/$project.dll" -result-xml "$file" -noLogo "${colours[@]}" "$@"
  code=$?
  if [ ! -s "$file" ]; then
    echo "test.sh: $project ended with exit code $code and left no results"
    broken=$((broken + 1))
    continue
  fi
  failures=$(($(attribute failed "$file") + $(attribute errors "$file")))
  passed=$((passed + $(attribute passed "$file")))
  if [ "$failures" -gt 0 ] && [ "$(attribute errors "$file")" = 0 ] && again "$project" "$file"; then
    passed=$((passed + failures))
    failures=0 code=0
  fi
  failed=$((failed + failures))
  skipped=$((skipped + $(attribute skipped "$file") + $(attribute not-run "$file")))
  if [ "$failures" = 0 ] && [ $code -ne 0 ]; then
    echo "test.sh: $project ended with exit code $code although no test failed"
    broken=$((broken + 1))
  fi
done

[ -n "$unstable" ] && printf 'Unstable: failed beside others, passed alone. Each is a defect of the test or of the product:\n%s' "$unstable"
reasons=$(grep -ho '<reason>[^<]*' "$results"/*.xml 2>/dev/null | sed 's/<reason>//' | sort | uniq -c | sort -rn)
[ -n "$reasons" ] && printf 'Skipped because:\n%s\n' "$reasons"
asked=$(grep -ho '<test [^>]*result="NotRun"[^>]*' "$results"/*.xml 2>/dev/null | grep -o ' name="[^"]*"' | cut -d'"' -f2)
[ -n "$asked" ] && printf 'Long runs and measurements, only when asked for (-explicit on):\n%s\n' "$asked"

failed=$((failed + broken))
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
