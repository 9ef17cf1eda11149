#!/usr/bin/env bash
# Runs the checks of the fault matrix by row, the long ones too, and prints a line a row: the row, passed or failed, how many checks in how long, the figure.
#   scripts/faults.sh                      all rows
#   scripts/faults.sh --long               the rows that CI does not run in full
#   scripts/faults.sh F13 F47              these
#   scripts/faults.sh soak --minutes 30    a fault a minute under load, from a fixed seed (--seed N)
#   scripts/faults.sh --full F13 F15       as long as in the field: a partner away for 20 minutes at 200/s, a million drained to the last one
#   scripts/faults.sh --list               the rows, and about how many minutes each takes
# Ends with 0 when every row that was asked for passed, 1 when one failed or has no check, 2 when it was called wrongly. Small file systems need root.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
results=$PWD/.build/fault-results
projects=(ChannelHost.Tests ChannelHost.EndToEnd.Tests)

# Row, C (in every CI run) or L (CI does not run it in full), minutes it took here (2 cores, shared), what happens. In tests/README.md: what is covered, and the last figures.
rows=$(cat <<'ROWS'
F01 L 4 the process is killed at every step of a message
F02 C 1 an answer before the message is on stable storage
F03 L 8 the power fails
F04 L 3 syncing fails, once and for ever
F05 L 16 a write of the store fails, every Nth
F06 C 1 the disk is full
F07 C 1 our answer to the sender is lost
F08 C 1 the partner's connection dies before its answer
F09 C 1 the partner never answers
F10 C 1 the answer is for another message
F11 C 1 the answer is malformed or unknown
F12 C 1 AE, AR, CE, CR
F13 L 5 the partner is down for long
F14 L 2 a poison message among many
F15 L 1 a restart with a million queued
F16 L 5 a restart storm
F17 C 1 a damaged record among open ones
F18 L 6 a damaged store file
F19 C 1 two processes on one data folder
F20 C 1 a channel is edited while its queue is full
F21 C 1 the store is locked by another program
F22 L 7 pruning under full load
F23 C 1 killed while pruning or upgrading
F24 L 5 backup under load, then restore
F25 C 1 counters against a recount
F26 C 1 frames split at every byte
F27 C 1 connections aborted at every byte
F28 C 1 a sender closes its half
F29 C 1 the end block is missing
F30 C 1 junk around frames
F31 L 1 a frame without end
F32 L 2 slow and idle senders
F33 L 2 the connection limit, a storm of resets
F34 C 1 a control id twice
F35 C 1 acknowledgement modes
F36 L 3 a bad message in a batch
F37 C 1 encodings
F38 C 1 TLS of the listener
F39 C 1 a kept connection is closed by the partner
F40 C 1 a file that is still written
F41 C 1 temporary names and marker files
F42 C 3 killed between storing and removing a file
F43 C 1 a file cannot be removed
F44 C 1 the archive has the name already
F45 L 2 several pollers on one folder
F46 L 2 odd entries of a folder
F47 C 1 the SFTP server dies in a transfer
F48 C 1 the SFTP host key changes
F49 L 5 the SFTP server refuses
F50 C 1 a file cannot be written
F51 C 1 two messages, one file name
F52 C 1 HTTP senders that misbehave
F53 C 1 the partner asks not to be called
F57 C 1 HTTP answers that misbehave
F58 C 1 TLS and names of a destination
F59 C 1 a database destination fails
F60 C 1 a script never ends
F61 C 1 a script takes memory
F62 C 1 a script throws odd things
F63 C 1 a message changes built-ins
F64 L 1 few descriptors, little processor, little memory
F65 C 1 the same error a hundred thousand times
F66 L 30 a soak under load
F67 C 2 a channel file is bad
F68 C 1 two channels, one port
F69 C 1 a secret or variable is missing
F70 L 1 a hundred redeploys under load
F71 C 1 a channel hangs at start or stop
F72 C 1 the clock steps
F74 L 3 PostgreSQL stops, is cut, is slow
ROWS
)

usage() { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }

asked=()
while [ $# -gt 0 ]; do
  case $1 in
    --list) awk '{ row = $1; kind = $2; minutes = $3; sub(/^[^ ]+ [^ ]+ [^ ]+ /, ""); printf "%s  %s  %3d min  %s\n", row, kind, minutes, $0 }' <<<"$rows"; exit 0 ;;
    --long) mapfile -t -O "${#asked[@]}" asked < <(awk '$2 == "L" { print $1 }' <<<"$rows") ;;
    --full) export CHANNELHOST_FAULTS_FULL=1 ;;
    --minutes) [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || usage; export CHANNELHOST_SOAK_MINUTES=$2; shift ;;
    --seed) [[ ${2:-} =~ ^[0-9]+$ ]] || usage; export CHANNELHOST_SOAK_SEED=$2; shift ;;
    soak) asked+=(F66) ;;
    F[0-9][0-9]) grep -q "^$1 " <<<"$rows" || { echo "faults.sh: there is no row $1 here (--list)" >&2; exit 2; }; asked+=("$1") ;;
    *) usage ;;
  esac
  shift
done
[ ${#asked[@]} -gt 0 ] || mapfile -t asked < <(awk '{ print $1 }' <<<"$rows")

command -v dotnet >/dev/null || { echo "faults.sh: the .NET 10 SDK is missing (no command 'dotnet')" >&2; exit 1; }
rm -rf "$results"
mkdir -p "$results"
for project in "${projects[@]}"; do
  dotnet build "tests/$project" --configuration Release -nodeReuse:false --verbosity quiet -consoleLoggerParameters:NoSummary >"$results/build-$project.log" 2>&1 ||
    { cat "$results/build-$project.log"; echo "faults.sh: $project does not build"; exit 1; }
done

# attribute NAME FILE: a number from the <assembly> element of an xunit result file.
attribute() { grep -o '<assembly [^>]*' "$2" | head -1 | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' || echo 0; }

# figures FILE: what tests wrote of their figures, a line each.
figures() {
  awk 'BEGIN { RS = "<" } sub(/^output>/, "")' "$1" | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g' | grep -v '^ *$' | tail -8 | tr '\n' ';' | sed 's/;$//; s/; */; /g'
}

failures=0
for row in "${asked[@]}"; do
  passed=0 failed=0 skipped=0 said='' started=$SECONDS
  for project in "${projects[@]}"; do
    file=$results/$row-$project.xml
    dotnet "tests/$project/bin/Release/net10.0/$project.dll" -result-xml "$file" -noLogo -noColor -explicit on -trait "Row=$row" >"${file%.xml}.log" 2>&1
    code=$?
    if [ ! -s "$file" ]; then
      # No check of this row in this project is no fault of the project.
      [ $code -eq 0 ] || grep -q 'Total: 0' "${file%.xml}.log" || { failed=$((failed + 1)); said+=" $project ended with exit code $code;"; }
      continue
    fi
    passed=$((passed + $(attribute passed "$file")))
    failed=$((failed + $(attribute failed "$file") + $(attribute errors "$file")))
    skipped=$((skipped + $(attribute skipped "$file")))
    said+=" $(figures "$file")"
  done
  verdict=pass
  if [ $failed -gt 0 ] || [ $passed -eq 0 ]; then verdict=FAIL failures=$((failures + 1)); fi
  [ $((passed + failed)) -gt 0 ] || said=" nothing here checks this row$([ $skipped -gt 0 ] && echo ', or what it needs is missing')"
  printf '%s %s  %s: %d passed, %d failed, %d skipped in %d s;%s\n' \
    "$row" "$verdict" "$(grep "^$row " <<<"$rows" | cut -d' ' -f4-)" "$passed" "$failed" "$skipped" $((SECONDS - started)) "$said"
done

[ $failures -eq 0 ] || echo "faults.sh: $failures of ${#asked[@]} rows failed; what the tests said is in .build/fault-results"
[ $failures -eq 0 ]
